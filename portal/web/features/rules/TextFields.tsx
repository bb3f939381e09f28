import { ActionIcon, Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import type { Text } from '#shared/model/text.ts';
import type { Draft } from './draft.ts';
import { toldBelow, useEditing } from './editing.ts';
import { reworded, writtenIn } from './texts.ts';
import { idFrom } from './writing.ts';
import { Wrong } from './Slots.tsx';
import classes from './editor.module.css';

interface TextFieldsProps {
  readonly draft: Draft;
  /** The rule is not there yet: it still needs an id and a mode. */
  readonly fresh: boolean;
  readonly onChange: (draft: Draft) => void;
}

/** What people read of a rule, beside its sentence. */
export function TextFields({ draft, fresh, onChange }: TextFieldsProps) {
  const { t } = useTexts();
  const { told } = useEditing();
  const { title, advice, ...rest } = draft;
  const written = writtenIn(title, 'de');
  const follows = fresh && (draft.id === null || draft.id === idFrom(written));
  const setTitle = (next: Text | undefined): void => {
    const german = writtenIn(next, 'de');
    const id = follows ? { id: idFrom(german) || null } : {};
    onChange(next === undefined ? { ...without(draft, 'title'), ...id } : { ...draft, title: next, ...id });
  };
  const setAdvice = (next: Text | undefined): void =>
    onChange(next === undefined ? without(draft, 'advice') : { ...draft, advice: next });
  return (
    <div className={classes.fields}>
      <div className={classes.pair}>
        <TextInput
          label={t('rules.edited.titleDe')}
          value={written}
          onChange={(event) => setTitle(reworded(title, 'de', event.currentTarget.value))}
          maxLength={200}
        />
        <TextInput
          label={t('rules.edited.titleEn')}
          value={writtenIn(title, 'en')}
          onChange={(event) => setTitle(reworded(title, 'en', event.currentTarget.value))}
          maxLength={200}
        />
      </div>
      <Wrong told={toldBelow(told, 'title')} />
      {fresh && (
        <div className={classes.pair}>
          <div>
            <TextInput
              label={t('rules.edited.id')}
              description={t('rules.edited.idHint')}
              value={draft.id ?? ''}
              onChange={(event) => onChange({ ...draft, id: event.currentTarget.value || null })}
              aria-invalid={toldBelow(told, 'id').length > 0 || undefined}
              maxLength={64}
            />
          </div>
          <NativeSelect
            label={t('rules.edited.saveAs')}
            description={t(draft.mode === 'pilot' ? 'rules.step.pilotHint' : 'rules.edited.offHint')}
            data={(['off', 'pilot'] as const).map((mode) => ({ value: mode, label: t(`mode.${mode}`) }))}
            value={draft.mode === 'pilot' ? 'pilot' : 'off'}
            onChange={(event) => onChange({ ...draft, mode: event.currentTarget.value === 'pilot' ? 'pilot' : 'off' })}
          />
        </div>
      )}
      <Wrong told={[...toldBelow(told, 'id'), ...toldBelow(told, 'mode')]} />
      <div className={classes.pair}>
        <Textarea
          label={t('rules.edited.adviceDe')}
          value={writtenIn(advice, 'de')}
          onChange={(event) => setAdvice(reworded(advice, 'de', event.currentTarget.value))}
          autosize
          minRows={2}
        />
        <Textarea
          label={t('rules.edited.adviceEn')}
          value={writtenIn(advice, 'en')}
          onChange={(event) => setAdvice(reworded(advice, 'en', event.currentTarget.value))}
          autosize
          minRows={2}
        />
      </div>
      <Wrong told={toldBelow(told, 'advice')} />
      <Checklist steps={rest.checklist ?? []} onChange={(steps) => onChange(withSteps(draft, steps))} />
      <Wrong told={toldBelow(told, 'checklist')} />
    </div>
  );
}

type Steps = NonNullable<Draft['checklist']>;

function withSteps(draft: Draft, steps: Steps): Draft {
  return steps.length === 0 ? without(draft, 'checklist') : { ...draft, checklist: steps };
}

function without<K extends 'title' | 'advice' | 'checklist'>(draft: Draft, key: K): Omit<Draft, K> {
  const { [key]: _, ...rest } = draft;
  return rest;
}

function Checklist({ steps, onChange }: { readonly steps: Steps; readonly onChange: (steps: Steps) => void }) {
  const { t, language } = useTexts();
  return (
    <div className={classes.checklist} role="group" aria-label={t('rules.edited.checklist')}>
      <span className={classes.label}>{t('rules.edited.checklist')}</span>
      {steps.map((step, i) => (
        <div key={i} className={classes.step}>
          <TextInput
            className={classes.stepText}
            aria-label={t('rules.edited.checklistStep', { number: i + 1 })}
            value={writtenIn(step, language)}
            placeholder={writtenIn(step, language === 'de' ? 'en' : 'de')}
            maxLength={300}
            onChange={(event) => {
              const next = reworded(step, language, event.currentTarget.value) ?? null;
              onChange(steps.map((each, place) => (place === i ? next : each)));
            }}
          />
          <ActionIcon
            variant="subtle"
            color="slate"
            aria-label={t('rules.edited.checklistRemove', { number: i + 1 })}
            onClick={() => onChange(steps.filter((_, place) => place !== i))}
          >
            <Icon name="close" size={15} />
          </ActionIcon>
        </div>
      ))}
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<Icon name="plus" size={13} />}
        onClick={() => onChange([...steps, null])}
      >
        {t('rules.edited.checklistAdd')}
      </Button>
    </div>
  );
}
