import { Alert, Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import { ApiProblem } from '#portal/web/api/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { currentOf, type Draft, useCaseStep } from '#portal/web/ui/case/useCaseStep.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import { AssignFields } from './AssignFields.tsx';
import { MergeFields, SplitFields } from './JoinFields.tsx';
import { OutcomeFields } from './OutcomeFields.tsx';
import { ReopenFields, ShelveFields, WaitFields } from './PauseFields.tsx';
import classes from './case.module.css';

export type Dialog = 'assign' | 'shelve' | 'wait' | 'resolve' | 'close' | 'reopen' | 'merge' | 'split';

export interface FieldsProps {
  readonly item: CaseAnswer;
  /** Told the step as it would be taken, or undefined while something is missing. */
  readonly onDraft: (draft: Draft | undefined) => void;
}

interface StepDialogProps {
  readonly dialog: Dialog | undefined;
  readonly item: CaseAnswer;
  readonly onClose: () => void;
}

/** A step that wants to know something first. What was typed stays when the step is refused. */
export function StepDialog({ dialog, item, onClose }: StepDialogProps) {
  const { t } = useTexts();
  return (
    <Modal
      opened={dialog !== undefined}
      onClose={onClose}
      title={dialog && `${t(`case.${dialog}`)}: #${item.number}`}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {dialog && <StepForm key={dialog} dialog={dialog} item={item} onClose={onClose} />}
    </Modal>
  );
}

const FIELDS: Readonly<Record<Dialog, (props: FieldsProps) => ReactNode>> = {
  assign: AssignFields,
  shelve: ShelveFields,
  wait: WaitFields,
  resolve: (props) => <OutcomeFields step="resolve" {...props} />,
  close: (props) => <OutcomeFields step="close" {...props} />,
  reopen: ReopenFields,
  merge: MergeFields,
  split: SplitFields,
};

function StepForm({ dialog, item, onClose }: StepDialogProps & { readonly dialog: Dialog }) {
  const { t } = useTexts();
  const step = useCaseStep({ quiet: true });
  const [draft, setDraft] = useState<Draft>();
  const Fields = FIELDS[dialog];
  const current = currentOf(step.error);
  const refused = step.error && !current ? step.error : undefined;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (draft) step.mutate({ ...draft, case: item }, { onSuccess: onClose });
      }}
    >
      <Fields item={item} onDraft={setDraft} />
      {current && (
        <Alert color="slate" title={t('case.conflict')} role="alert">
          {t('case.conflictHint', {
            status: t(`status.${current.status}`),
            owner: current.owner?.name ?? t('common.nobody'),
          })}
        </Alert>
      )}
      {refused && (
        <Alert color="severe" title={t('case.failed', { step: t(`case.${dialog}`) })} role="alert">
          {problemText(t, refused)}
          {refused instanceof ApiProblem && refused.correlationId !== undefined && (
            <p className={classes.muted}>{t('panel.correlation', { id: refused.correlationId })}</p>
          )}
        </Alert>
      )}
      <div className={classes.formFoot}>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" disabled={!draft} loading={step.isPending}>
          {t(`case.${dialog}`)}
        </Button>
      </div>
    </form>
  );
}
