import { Button, Modal } from '@mantine/core';
import type { MaintenanceAnswer } from '#shared/model/api/maintenance.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Refused } from './Refused.tsx';
import { useWindowStep } from './useWindowStep.ts';
import classes from './maintenance.module.css';

interface EndDialogProps {
  readonly window: MaintenanceAnswer;
  readonly scope: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Ending a window is for good: says what will happen first, and to how many. */
export function EndDialog({ window, scope, opened, onClose }: EndDialogProps) {
  const { t } = useTexts();
  const step = useWindowStep();
  const { id, title, machine, status } = window;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('service.maintenance.endAsk', { title })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <div className={classes.form}>
        <p>{t(status === 'holds' ? 'service.maintenance.endHolds' : 'service.maintenance.endPlanned')}</p>
        {machine === null && <p>{t('service.maintenance.endWide', { scope })}</p>}
        <Refused title={t('service.maintenance.endFailed')} error={step.error} />
        <div className={classes.foot}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            color="severe"
            loading={step.isPending}
            onClick={() => step.mutate({ step: 'end', id }, { onSuccess: onClose })}
          >
            {t('service.maintenance.end')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
