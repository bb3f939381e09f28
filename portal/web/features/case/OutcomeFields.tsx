import { Autocomplete, SegmentedControl, Textarea } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { de } from '#portal/web/i18n/de.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { FieldsProps } from './StepDialog.tsx';
import classes from './case.module.css';

const CAUSES = Object.keys(de.case.causes) as (keyof typeof de.case.causes)[];

interface OutcomeFieldsProps extends FieldsProps {
  readonly step: 'resolve' | 'close';
}

/** Cause, remedy and verdict: the three things from which rules and articles become better. Asked once. */
export function OutcomeFields({ step, item, onDraft }: OutcomeFieldsProps) {
  const { t } = useTexts();
  const known = step === 'close' && item.status === 'resolved';
  const label = useId();
  const [cause, setCause] = useState(item.cause ?? '');
  const [remedy, setRemedy] = useState(item.remedy ?? '');
  const [verdict, setVerdict] = useState<'valid' | 'false-alarm'>(item.verdict ?? 'valid');
  const [note, setNote] = useState('');
  useEffect(() => {
    const remark = note.trim() === '' ? {} : { note: note.trim() };
    const body = { cause: cause.trim(), remedy: remedy.trim(), verdict };
    const complete = body.cause !== '' && body.remedy !== '';
    if (known) onDraft({ step: 'close', body: remark });
    else if (!complete) onDraft(undefined);
    else onDraft(step === 'resolve' ? { step, body } : { step, body: { ...body, ...remark } });
  }, [step, known, cause, remedy, verdict, note, onDraft]);

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
  return (
    <>
      <Autocomplete
        label={t('case.cause')}
        data={CAUSES.map((key) => t(`case.causes.${key}`))}
        value={cause}
        onChange={setCause}
        maxLength={500}
        required
        withAsterisk={false}
        data-autofocus
      />
      <Textarea
        label={t('case.remedy')}
        value={remedy}
        onChange={(event) => setRemedy(event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={2_000}
        required
        withAsterisk={false}
      />
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
    </>
  );
}
