import { Alert, Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { TFunction } from 'i18next';
import type { Mode } from '#shared/model/rule.ts';
import { ApiProblem, isProblemWith } from '#portal/web/api/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import { type RuleStep, type TakenStep, useRuleStep } from './useRuleStep.ts';
import classes from './detail.module.css';

interface DialogProps {
  readonly step: RuleStep | undefined;
  readonly rule: TakenStep['rule'];
  readonly mode: Mode;
  readonly onClose: () => void;
  readonly onDone?: (() => void) | undefined;
}

/** Asks why, says what will happen, and takes the step. */
export function RuleStepDialog({ step, ...rest }: DialogProps) {
  const { t } = useTexts();
  return (
    <Modal
      opened={step !== undefined}
      onClose={rest.onClose}
      title={step && stepName(t, step, rest.mode)}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {step && <StepForm step={step} {...rest} />}
    </Modal>
  );
}

/** What the button says: "In den Probebetrieb zurücknehmen". */
export function stepName(t: TFunction, step: RuleStep, now: Mode): string {
  if (step.step === 'rollback') return t('rules.step.rollback', { version: step.version });
  if (step.step === 'remove') return t('rules.step.remove');
  return t(step.mode === 'pilot' && now === 'live' ? 'rules.step.pilotBack' : `rules.step.${step.mode}`);
}

function hintOf(t: TFunction, step: RuleStep): string {
  if (step.step === 'rollback') return t('rules.step.rollbackHint', { version: step.version });
  return step.step === 'remove' ? t('rules.step.removeHint') : t(`rules.step.${step.mode}Hint`);
}

function StepForm({ step, rule, mode, onClose, onDone }: DialogProps & { readonly step: RuleStep }) {
  const { t } = useTexts();
  const taking = useRuleStep();
  const [reason, setReason] = useState('');
  const name = stepName(t, step, mode);
  const done = (): void => {
    onClose();
    onDone?.();
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== '') taking.mutate({ ...step, rule, reason: reason.trim() }, { onSuccess: done });
      }}
    >
      <p>{hintOf(t, step)}</p>
      <Textarea
        label={t('rules.step.reason')}
        description={t('rules.step.reasonHint')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={500}
        autosize
        minRows={2}
        required
        withAsterisk={false}
        data-autofocus
      />
      {taking.error && (
        <Alert color="severe" title={t('rules.step.failed', { step: name })} role="alert">
          {isProblemWith(taking.error, 409) ? t('rules.step.conflict') : problemText(t, taking.error)}
          {taking.error instanceof ApiProblem && taking.error.correlationId !== undefined && (
            <p className={classes.muted}>{t('panel.correlation', { id: taking.error.correlationId })}</p>
          )}
        </Alert>
      )}
      <div className={classes.foot}>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button
          type="submit"
          color={step.step === 'remove' ? 'severe' : 'slate'}
          disabled={reason.trim() === ''}
          loading={taking.isPending}
        >
          {name}
        </Button>
      </div>
    </form>
  );
}
