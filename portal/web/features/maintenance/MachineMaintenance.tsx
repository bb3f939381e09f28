import { Button, Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { maintenance } from '#portal/web/api/queries.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { More } from '#portal/web/ui/More.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { WindowRow } from './WindowRow.tsx';
import classes from './maintenance.module.css';

/** Brings the reader of recurrences along, which nobody else here needs. */
const PlanForm = lazy(() => import('./PlanForm.tsx'));

/** Tab "Wartung": the windows that are about this machine, what holds or comes next first. */
export function MachineMaintenance({ machine }: { readonly machine: MachineAnswer }) {
  const { t } = useTexts();
  const may = useMay();
  const [planning, setPlanning] = useState(false);
  const close = (): void => setPlanning(false);
  return (
    <div className={classes.stack}>
      <Windows machine={machine.id} active onPlan={may('maintenance.plan') ? () => setPlanning(true) : undefined} />
      <Windows machine={machine.id} active={false} />
      <Modal
        opened={planning}
        onClose={close}
        title={t('service.maintenance.plan')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Suspense fallback={<p role="status">{t('panel.loading')}</p>}>
          <PlanForm machine={machine.id} onClose={close} />
        </Suspense>
      </Modal>
    </div>
  );
}

interface WindowsProps {
  readonly machine: string;
  readonly active: boolean;
  readonly onPlan?: (() => void) | undefined;
}

function Windows({ machine, active, onPlan }: WindowsProps) {
  const { t } = useTexts();
  const asked = useInfiniteQuery(maintenance(machine, { active, limit: 20 }));
  const title = t(active ? 'service.maintenance.active' : 'service.maintenance.over');
  return (
    <Panel
      title={title}
      asked={asked}
      lines={3}
      aside={
        onPlan && (
          <Button size="xs" onClick={onPlan}>
            {t('service.maintenance.plan')}
          </Button>
        )
      }
      empty={{
        when: (data) => data.pages.every((page) => page.items.length === 0),
        ...(active
          ? { title: t('service.maintenance.none'), hint: t('service.maintenance.noneHint') }
          : { title: t('service.maintenance.noneOver') }),
      }}
    >
      {(data) => (
        <>
          {active && <p className={classes.hint}>{t('service.maintenance.hint')}</p>}
          <ul className={classes.rows} aria-label={title}>
            {data.pages.flatMap((page) => page.items.map((window) => <WindowRow key={window.id} window={window} />))}
          </ul>
          <More asked={asked} m="xs" />
        </>
      )}
    </Panel>
  );
}
