import { Alert, Button, Modal, NumberInput, Radio, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { percent } from '#shared/model/figures.ts';
import { greatestExcess } from '#shared/model/reason.ts';
import { ApiProblem, isProblemWith } from '#portal/web/api/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import { FIRST_DRAFT, type ShelveDraft, shelveBodyOf, SPANS, VARIANTS } from './shelving.ts';
import { useAlarmStep } from './useAlarmStep.ts';
import classes from './alarms.module.css';

interface ShelveDialogProps {
  readonly alarm: AlarmAnswer;
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Sets an alarm aside: asks what ends it, and why. */
export function ShelveDialog({ alarm, title, opened, onClose }: ShelveDialogProps) {
  const { t } = useTexts();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('service.alarms.shelveOf', { title })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <ShelveForm alarm={alarm} onClose={onClose} />
    </Modal>
  );
}

function ShelveForm({ alarm, onClose }: Pick<ShelveDialogProps, 'alarm' | 'onClose'>) {
  const { t } = useTexts();
  const step = useAlarmStep({ quiet: true });
  const [draft, setDraft] = useState(FIRST_DRAFT);
  const change = (part: Partial<ShelveDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const ready = shelveBodyOf(draft, 0) !== undefined;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        const body = shelveBodyOf(draft, Date.now());
        if (body) step.mutate({ step: 'shelve', body, alarm }, { onSuccess: onClose });
      }}
    >
      <EndFields draft={draft} excess={greatestExcess(alarm.reason.fact)} onChange={change} />
      <TextInput
        label={t('service.alarms.reason')}
        description={t('service.alarms.reasonHint')}
        value={draft.reason}
        onChange={(event) => change({ reason: event.currentTarget.value })}
        maxLength={500}
        required
        withAsterisk={false}
        data-autofocus
      />
      {step.error && (
        <Alert color="severe" title={t('service.alarms.failed', { step: t('service.alarms.shelve') })} role="alert">
          {isProblemWith(step.error, 409) ? t('service.alarms.changed') : problemText(t, step.error)}
          {step.error instanceof ApiProblem && step.error.correlationId !== undefined && (
            <p className={classes.muted}>{t('panel.correlation', { id: step.error.correlationId })}</p>
          )}
        </Alert>
      )}
      <div className={classes.foot}>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" disabled={!ready} loading={step.isPending}>
          {t('service.alarms.shelve')}
        </Button>
      </div>
    </form>
  );
}

interface EndFieldsProps {
  readonly draft: ShelveDraft;
  /** Percent outside tolerance; undefined: its rule asks for something else, so it cannot grow. */
  readonly excess: number | undefined;
  readonly onChange: (part: Partial<ShelveDraft>) => void;
}

/** What ends it: one of four. */
function EndFields({ draft, excess, onChange }: EndFieldsProps) {
  const { t, language } = useTexts();
  const length = useId();
  return (
    <>
      <Radio.Group
        label={t('service.alarms.ends')}
        value={draft.variant}
        onChange={(value) => onChange({ variant: VARIANTS.find((each) => each === value) ?? 'time' })}
      >
        <Stack gap={6} mt={6}>
          {VARIANTS.filter((each) => each !== 'growth' || excess !== undefined).map((each) => (
            <Radio key={each} value={each} label={t(`service.alarms.variant.${each}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {draft.variant === 'time' && (
        <div className={classes.choice}>
          <span id={length}>{t('service.alarms.length')}</span>
          <SegmentedControl
            aria-labelledby={length}
            value={draft.length}
            onChange={(value) => onChange({ length: SPANS.find((each) => each === value) ?? 'shift' })}
            data={SPANS.map((value) => ({ value, label: t(`service.alarms.spans.${value}`) }))}
          />
        </div>
      )}
      {draft.variant === 'raises' && (
        <div className={classes.pair}>
          <NumberInput
            label={t('service.alarms.raises')}
            value={draft.raises}
            onChange={(raises) => onChange({ raises })}
            min={1}
            max={1_000}
            allowDecimal={false}
          />
          <NumberInput
            label={t('service.alarms.within')}
            value={draft.within}
            onChange={(within) => onChange({ within })}
            min={1}
            max={43_200}
            allowDecimal={false}
          />
        </div>
      )}
      {draft.variant === 'growth' && excess !== undefined && (
        <NumberInput
          label={t('service.alarms.growsBy')}
          description={t('service.alarms.growsByHint', { excess: percent(excess, language) })}
          value={draft.growsBy}
          onChange={(growsBy) => onChange({ growsBy })}
          min={0}
          max={100_000}
          decimalSeparator={language === 'de' ? ',' : '.'}
        />
      )}
      {draft.variant !== 'time' && <p className={classes.muted}>{t('service.alarms.latest')}</p>}
    </>
  );
}
