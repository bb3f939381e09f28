import { Checkbox, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import type { FieldsProps } from './StepDialog.tsx';
import classes from './case.module.css';

/** It is the same trouble as another case. */
export function MergeFields({ onDraft }: FieldsProps) {
  const { t } = useTexts();
  const [into, setInto] = useState('');
  const [reason, setReason] = useState('');
  useEffect(() => {
    const number = Number(into.trim().replace(/^#/, ''));
    const complete = Number.isSafeInteger(number) && number > 0 && reason.trim() !== '';
    onDraft(complete ? { step: 'merge', body: { into: number, reason: reason.trim() } } : undefined);
  }, [into, reason, onDraft]);
  return (
    <>
      <p className={classes.muted}>{t('case.mergeHint')}</p>
      <TextInput
        label={t('case.mergeInto')}
        value={into}
        onChange={(event) => setInto(event.currentTarget.value)}
        inputMode="numeric"
        maxLength={16}
        required
        withAsterisk={false}
        data-autofocus
      />
      <ReasonInput value={reason} onChange={setReason} />
    </>
  );
}

/** Some of the alarms are another trouble. */
export function SplitFields({ item, onDraft }: FieldsProps) {
  const { t, language } = useTexts();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [reason, setReason] = useState('');
  useEffect(() => {
    const complete = chosen.length > 0 && chosen.length < item.alarms.length && reason.trim() !== '';
    onDraft(complete ? { step: 'split', body: { alarms: [...chosen], reason: reason.trim() } } : undefined);
  }, [chosen, reason, item.alarms.length, onDraft]);
  return (
    <>
      <p className={classes.muted}>{t('case.splitHint')}</p>
      <Checkbox.Group label={t('case.splitWhich')} value={[...chosen]} onChange={setChosen}>
        {item.alarms.map((alarm) => (
          <Checkbox
            key={alarm.id}
            className={classes.tick}
            value={alarm.id}
            label={
              <>
                {textOr(alarm.ruleTitle, language, alarm.rule)}{' '}
                <span className={classes.muted}>
                  <At at={alarm.raisedAt} form="dateTime" />
                </span>
              </>
            }
          />
        ))}
      </Checkbox.Group>
      <ReasonInput value={reason} onChange={setReason} />
    </>
  );
}

function ReasonInput({ value, onChange }: { readonly value: string; readonly onChange: (reason: string) => void }) {
  const { t } = useTexts();
  return (
    <TextInput
      label={t('case.reason')}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      maxLength={500}
      required
      withAsterisk={false}
    />
  );
}
