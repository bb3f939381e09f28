import { type ReactNode, useId, useState } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useEditing, toldAt } from './editing.ts';
import classes from './sentence.module.css';

interface SlotProps {
  /** What belongs here, for who does not see the sentence. */
  readonly label: string;
  /** Where it stands in the rule: what is wrong there is marked here. */
  readonly path: string;
}

function useInvalid(path: string): true | undefined {
  const { told } = useEditing();
  return toldAt(told, path).length > 0 || undefined;
}

interface TextSlotProps extends SlotProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string | undefined;
  readonly numeric?: boolean;
  readonly suggestions?: readonly { readonly value: string; readonly label: string }[];
}

export function TextSlot({ label, path, value, onChange, placeholder, numeric = false, suggestions }: TextSlotProps) {
  const list = useId();
  const invalid = useInvalid(path);
  return (
    <>
      <input
        className={classes.chip}
        data-numeric={numeric || undefined}
        aria-label={label}
        aria-invalid={invalid}
        value={value}
        inputMode={numeric ? 'decimal' : 'text'}
        placeholder={placeholder ?? '…'}
        list={suggestions ? list : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="off"
      />
      {suggestions && (
        <datalist id={list}>
          {suggestions.map((each) => (
            <option key={each.value} value={each.value}>
              {each.label}
            </option>
          ))}
        </datalist>
      )}
    </>
  );
}

type Blankable<T> = T | null | undefined;

interface NumberSlotProps extends SlotProps {
  readonly value: Blankable<number>;
  /** null: something belongs here and is missing; undefined: it may be left out, and is. */
  readonly onChange: (value: number | null | undefined) => void;
  /** It may be left out; this holds then. */
  readonly usual?: number;
  readonly unit?: string | undefined;
}

/** A number as the person writes it, with comma or point. */
export function NumberSlot({ value, onChange, usual, unit, ...slot }: NumberSlotProps) {
  const { language } = useTexts();
  const blank = usual === undefined ? null : undefined;
  const [raw, setRaw] = useState('');
  const text = sameNumber(readNumber(raw), value) ? raw : shownNumber(value, language);
  return (
    <span className={classes.with}>
      <TextSlot
        {...slot}
        numeric
        value={text}
        placeholder={usual === undefined ? undefined : shownNumber(usual, language)}
        onChange={(typed) => {
          setRaw(typed);
          onChange(typed.trim() === '' ? blank : (readNumber(typed) ?? null));
        }}
      />
      {unit !== undefined && <span>{unit}</span>}
    </span>
  );
}

function readNumber(raw: string): number | undefined {
  const text = raw.trim().replace(',', '.');
  const number = Number(text);
  return text === '' || !Number.isFinite(number) ? undefined : number;
}

function sameNumber(a: number | undefined, b: Blankable<number>): boolean {
  return (a ?? null) === (b ?? null);
}

function shownNumber(value: Blankable<number>, language: string): string {
  if (value == null) return '';
  return language === 'de' ? String(value).replace('.', ',') : String(value);
}

interface PercentSlotProps extends SlotProps {
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}

/** `20%` without its sign; what is typed is kept digit by digit. */
export function PercentSlot({ value, onChange, ...slot }: PercentSlotProps) {
  const { language } = useTexts();
  const number = (value ?? '').replace(/%$/, '');
  return (
    <TextSlot
      {...slot}
      numeric
      value={language === 'de' ? number.replace('.', ',') : number}
      onChange={(typed) => onChange(typed.trim() === '' ? null : `${typed.trim().replace(',', '.')}%`)}
    />
  );
}

const UNITS = ['ms', 's', 'm', 'h', 'd'] as const;
type Unit = (typeof UNITS)[number];

interface DurationSlotProps extends SlotProps {
  readonly value: Blankable<string>;
  readonly onChange: (value: string | null | undefined) => void;
  /** It may be left out; this holds then. */
  readonly usual?: string;
}

/** A duration: how many of which unit. */
export function DurationSlot({ value, onChange, usual, label, path }: DurationSlotProps) {
  const { t } = useTexts();
  const [digits, unit] = splitDuration(value);
  const [usualDigits, usualUnit] = splitDuration(usual);
  const [kept, setKept] = useState<Unit>();
  const shown = unit ?? kept ?? usualUnit ?? 'm';
  const write = (typed: string, of: Unit): void => {
    if (typed.trim() !== '') onChange(`${typed.trim()}${of}`);
    else onChange(usual === undefined ? null : undefined);
  };
  return (
    <span className={classes.with}>
      <TextSlot
        label={label}
        path={path}
        numeric
        value={digits}
        placeholder={usual === undefined ? undefined : usualDigits}
        onChange={(typed) => {
          setKept(shown);
          write(typed, shown);
        }}
      />
      <ChoiceSlot
        label={t('rules.slot.unit', { what: label })}
        path={path}
        value={shown}
        onChange={(chosen) => {
          const next = UNITS.find((each) => each === chosen) ?? shown;
          setKept(next);
          write(digits, next);
        }}
      >
        {UNITS.map((each) => (
          <option key={each} value={each}>
            {t(`rules.choose.${each}`)}
          </option>
        ))}
      </ChoiceSlot>
    </span>
  );
}

function splitDuration(value: Blankable<string>): readonly [string, Unit | undefined] {
  const [, digits = value ?? '', unit] = /^(.*?)(ms|s|m|h|d)$/.exec(value ?? '') ?? [];
  return [digits, UNITS.find((each) => each === unit)];
}

interface ChoiceSlotProps extends SlotProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}

/** One of a list, as the browser's own control: it works by keyboard, by voice and on a phone. */
export function ChoiceSlot({ label, path, value, onChange, children }: ChoiceSlotProps) {
  const invalid = useInvalid(path);
  return (
    <select
      className={classes.chip}
      aria-label={label}
      aria-invalid={invalid}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {children}
    </select>
  );
}

/** What is wrong, beside its place. */
export function Wrong({ told }: { readonly told: readonly { readonly path: string; readonly words: string }[] }) {
  if (told.length === 0) return null;
  return (
    <ul className={classes.wrong}>
      {told.map(({ path, words }) => (
        <li key={`${path} ${words}`}>{words}</li>
      ))}
    </ul>
  );
}
