import { CloseButton, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useMemo, useRef, useState } from 'react';
import type { PlantAnswer } from '#shared/model/api/rule.ts';
import { SEVERITIES } from '#shared/model/rule.ts';
import { textIn } from '#shared/model/text.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { MODES, type RuleFilter } from './list-view.ts';
import { firstOf } from './plant.ts';
import classes from './rules.module.css';

interface RuleFiltersProps {
  readonly filter: RuleFilter;
  /** For the names of models and components; undefined: not known yet. */
  readonly plant: PlantAnswer | undefined;
  readonly onChange: (change: { readonly [K in keyof RuleFilter]?: RuleFilter[K] | undefined }) => void;
}

/** Search and filters of the rulebook; each stands in the address. */
export function RuleFilters({ filter, plant, onChange }: RuleFiltersProps) {
  const { t, language } = useTexts();
  const box = useRef<HTMLInputElement>(null);
  useShortcuts({ search: () => box.current?.focus() });
  const [text, setText] = useState(filter.q ?? '');
  const [before, setBefore] = useState(filter.q);
  if (before !== filter.q) {
    setBefore(filter.q);
    if ((filter.q ?? '') !== text.trim()) setText(filter.q ?? '');
  }
  const search = useDebouncedCallback((q: string) => onChange({ q: q.trim() || undefined }), 200);
  const type = (q: string): void => {
    setText(q);
    search(q);
  };
  const models = useMemo(
    () => plant?.models.map(({ id, name }) => ({ value: id, label: textIn(name, language, id) })) ?? [],
    [plant, language],
  );
  const components = useMemo(() => {
    const near = plant?.models.filter(({ id }) => filter.model === undefined || id === filter.model) ?? [];
    const all = firstOf(near.flatMap((model) => model.components));
    return [...all.values()].map(({ id, name }) => ({ value: id, label: textIn(name, language, id) }));
  }, [plant, filter.model, language]);
  return (
    <>
      <TextInput
        ref={box}
        className={classes.search}
        aria-label={t('rules.search')}
        placeholder={t('rules.search')}
        leftSection={<Icon name="search" size={16} />}
        rightSection={text !== '' && <CloseButton size="sm" aria-label={t('common.clear')} onClick={() => type('')} />}
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <Choice
        label={t('rules.mode')}
        all={t('rules.all')}
        data={MODES.map((value) => ({ value, label: t(`mode.${value}`) }))}
        value={filter.mode}
        onChange={(mode) => onChange({ mode: MODES.find((each) => each === mode) })}
      />
      <Choice
        label={t('rules.severity')}
        all={t('rules.allSeverities')}
        data={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
        value={filter.severity}
        onChange={(severity) => onChange({ severity: SEVERITIES.find((each) => each === severity) })}
      />
      <Choice
        label={t('rules.model')}
        all={t('rules.allModels')}
        data={models}
        value={filter.model}
        onChange={(model) => onChange({ model, component: undefined })}
      />
      <Choice
        label={t('rules.component')}
        all={t('rules.allComponents')}
        data={components}
        value={filter.component}
        onChange={(component) => onChange({ component })}
      />
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly data: readonly { readonly value: string; readonly label: string }[];
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function Choice({ label, all, data, value, onChange }: ChoiceProps) {
  const known = value === undefined || data.some((each) => each.value === value);
  return (
    <Select
      className={classes.choice}
      aria-label={label}
      data={[{ value: '', label: all }, ...(known ? [] : [{ value, label: value }]), ...data]}
      value={value ?? ''}
      onChange={(chosen) => onChange(chosen || undefined)}
      allowDeselect={false}
      searchable={data.length > 12}
    />
  );
}
