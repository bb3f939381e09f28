import { Autocomplete, SegmentedControl, Textarea } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { textOr } from '#portal/web/ui/names.ts';
import type { FieldsProps } from './StepDialog.tsx';
import classes from './case.module.css';

interface OutcomeFieldsProps extends FieldsProps {
  readonly step: 'resolve' | 'close';
}

/** What was it, what helped, was it right: the three things from which rules and articles become better. Asked once. */
export function OutcomeFields({ step, item, onDraft }: OutcomeFieldsProps) {
  const { t, language } = useTexts();
  const known = step === 'close' && item.status === 'resolved';
  const label = useId();
  const [cause, setCause] = useState(item.cause ?? '');
  const [remedy, setRemedy] = useState(item.remedy ?? '');
  const [why, setWhy] = useState(item.why ?? '');
  const [verdict, setVerdict] = useState<'valid' | 'false-alarm'>(item.verdict ?? 'valid');
  const [note, setNote] = useState('');
  const isFalse = verdict === 'false-alarm';
  useEffect(() => {
    const remark = given({ note });
    if (known) return onDraft({ step: 'close', body: remark });
    const body = { verdict, ...(isFalse ? given({ why }) : given({ cause, remedy })) };
    const complete = isFalse ? 'why' in body : 'cause' in body && 'remedy' in body;
    if (!complete) return onDraft(undefined);
    onDraft(step === 'resolve' ? { step, body } : { step, body: { ...body, ...remark } });
  }, [step, known, cause, remedy, why, verdict, isFalse, note, onDraft]);

  if (known) {
    return (
      <Textarea
        label={t('case.note')}
        description={t('common.optional')}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        autosize
        minRows={2}
        data-autofocus
      />
    );
  }
  const names = (list: typeof item.choices.causes) => [
    ...new Set(list.map(({ name, id }) => textOr(name, language, id))),
  ];
  const field = { required: true, withAsterisk: false } as const;
  return (
    <>
      <div className={classes.choice}>
        <span id={label}>{t('case.verdict')}</span>
        <SegmentedControl
          aria-labelledby={label}
          value={verdict}
          onChange={(value) => setVerdict(value === 'false-alarm' ? 'false-alarm' : 'valid')}
          data={[
            { value: 'valid', label: t('case.verdictValid') },
            { value: 'false-alarm', label: t('case.verdictFalse') },
          ]}
        />
      </div>
      {isFalse ? (
        <Autocomplete
          key="why"
          label={t('case.falseWhy')}
          data={names(item.choices.whys)}
          value={why}
          onChange={setWhy}
          maxLength={2_000}
          {...field}
        />
      ) : (
        <>
          <Autocomplete
            label={t('case.cause')}
            data={names(item.choices.causes)}
            value={cause}
            onChange={setCause}
            maxLength={500}
            data-autofocus
            {...field}
          />
          <Autocomplete
            label={t('case.remedy')}
            data={names(item.choices.remedies)}
            value={remedy}
            onChange={setRemedy}
            maxLength={2_000}
            {...field}
          />
        </>
      )}
    </>
  );
}

/** Of these texts those that say something, trimmed. */
function given<K extends string>(texts: Readonly<Record<K, string>>): { [P in K]?: string } {
  const entries = Object.entries<string>(texts).map(([key, text]) => [key, text.trim()] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== '')) as { [P in K]?: string };
}
