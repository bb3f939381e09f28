import { SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { fromWall } from '#portal/web/ui/format/wall.ts';
import { useZone, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import type { FieldsProps } from './StepDialog.tsx';
import classes from './case.module.css';

const HOUR = 3_600_000;
const SPANS = { shelve1h: HOUR, shelve8h: 8 * HOUR, shelve24h: 24 * HOUR, shelve7d: 168 * HOUR } as const;
type SpanName = keyof typeof SPANS;
const SPAN_NAMES = Object.keys(SPANS) as SpanName[];

/** Set aside until a time, with a reason. */
export function ShelveFields({ onDraft }: FieldsProps) {
  const { t } = useTexts();
  const label = useId();
  const [length, setLength] = useState<SpanName>('shelve8h');
  const [reason, setReason] = useState('');
  useEffect(() => {
    const until = new Date(Date.now() + SPANS[length]).toISOString();
    onDraft(reason.trim() === '' ? undefined : { step: 'shelve', body: { until, reason: reason.trim() } });
  }, [length, reason, onDraft]);
  return (
    <>
      <div className={classes.choice}>
        <span id={label}>{t('case.until')}</span>
        <SegmentedControl
          aria-labelledby={label}
          value={length}
          onChange={(value) => setLength(SPAN_NAMES.find((each) => each === value) ?? 'shelve8h')}
          data={SPAN_NAMES.map((value) => ({ value, label: t(`case.${value}`) }))}
        />
      </div>
      <TextInput
        label={t('case.reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
        required
        withAsterisk={false}
        data-autofocus
      />
    </>
  );
}

const WAITS = ['customer', 'part', 'observation'] as const;
const WAIT_TEXT = { customer: 'waitCustomer', part: 'waitPart', observation: 'waitObservation' } as const;

/** Wait for somebody or something. */
export function WaitFields({ onDraft }: FieldsProps) {
  const { t } = useTexts();
  const zone = useZone();
  const zoneName = useZoneName();
  const [what, setWhat] = useState<(typeof WAITS)[number]>('customer');
  const [until, setUntil] = useState('');
  const [note, setNote] = useState('');
  useEffect(() => {
    const at = fromWall(until, zone);
    const words = note.trim() === '' ? {} : { note: note.trim() };
    onDraft(
      at === undefined
        ? undefined
        : { step: 'wait', body: { reason: what, until: new Date(at).toISOString(), ...words } },
    );
  }, [what, until, note, zone, onDraft]);
  return (
    <>
      <Select
        label={t('case.waitFor')}
        data={WAITS.map((value) => ({ value, label: t(`case.${WAIT_TEXT[value]}`) }))}
        value={what}
        onChange={(value) => setWhat(WAITS.find((each) => each === value) ?? 'customer')}
        allowDeselect={false}
        data-autofocus
      />
      <TextInput
        type="datetime-local"
        label={`${t('case.until')} (${zoneName})`}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
        required
        withAsterisk={false}
      />
      <Textarea
        label={t('case.note')}
        description={t('common.optional')}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        autosize
        minRows={2}
      />
    </>
  );
}

/** It is not done after all. */
export function ReopenFields({ onDraft }: FieldsProps) {
  const { t } = useTexts();
  const [reason, setReason] = useState('');
  useEffect(() => {
    onDraft(reason.trim() === '' ? undefined : { step: 'reopen', body: { reason: reason.trim() } });
  }, [reason, onDraft]);
  return (
    <TextInput
      label={t('case.reason')}
      value={reason}
      onChange={(event) => setReason(event.currentTarget.value)}
      maxLength={500}
      required
      withAsterisk={false}
      data-autofocus
    />
  );
}
