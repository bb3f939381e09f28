import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import type { SensorNames } from '#shared/model/sentence.ts';
import type { Query } from '#portal/web/api/client.ts';
import { alarmList, type Page } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { More } from '#portal/web/ui/More.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { useSettled } from '#portal/web/ui/table/useSettled.ts';
import { sensorTexts } from '#portal/web/ui/why/names.ts';
import { AlarmRow } from './AlarmRow.tsx';
import classes from './alarms.module.css';

/** Tab "Meldungen": what stands, what stands but calls nobody and why, and what has cleared. */
export function MachineAlarms({ machine }: { readonly machine: MachineAnswer }) {
  const { t } = useTexts();
  const names = useMemo(() => sensorTexts(machine), [machine]);
  const shared = { machine: machine.id, names };
  return (
    <div className={classes.stack}>
      <Alarms
        {...shared}
        title={t('service.alarms.standing')}
        query={{ active: true, suppressed: false }}
        empty={{ title: t('service.alarms.noStanding'), hint: t('service.alarms.noStandingHint') }}
      />
      <Alarms
        {...shared}
        title={t('service.alarms.suppressed')}
        hint={t('service.alarms.suppressedHint')}
        query={{ active: true, suppressed: true }}
        empty={{ title: t('service.alarms.noSuppressed') }}
      />
      <Alarms
        {...shared}
        title={t('service.alarms.cleared')}
        query={{ active: false, limit: 20 }}
        empty={{ title: t('service.alarms.noCleared') }}
      />
    </div>
  );
}

interface AlarmsProps {
  readonly machine: string;
  readonly names: SensorNames;
  readonly title: string;
  /** Said where there are some. */
  readonly hint?: string;
  readonly query: Query;
  readonly empty: { readonly title: string; readonly hint?: string };
}

function Alarms({ machine, names, title, hint, query, empty }: AlarmsProps) {
  const asked = useInfiniteQuery(alarmList({ machine, ...query }));
  const total = asked.data?.pages[0]?.total ?? 0;
  return (
    <Panel
      title={title}
      asked={asked}
      lines={2}
      aside={total > 0 && <span className={classes.muted}>{total}</span>}
      empty={{ ...empty, when: (data) => data.pages.every((page) => page.items.length === 0) }}
    >
      {(data) => (
        <>
          {hint !== undefined && <p className={classes.hint}>{hint}</p>}
          <Rows label={title} pages={data.pages} names={names} />
          <More asked={asked} m="xs" />
        </>
      )}
    </Panel>
  );
}

interface RowsProps {
  readonly label: string;
  readonly pages: readonly Page<AlarmAnswer>[];
  readonly names: SensorNames;
}

/** Rows keep their place while pointer or focus is among them: nobody acknowledges the wrong one. */
function Rows({ label, pages, names }: RowsProps) {
  const { t } = useTexts();
  const alarms = useMemo(() => pages.flatMap((page) => page.items), [pages]);
  const { rows, arrived, left, renew, hold } = useSettled(alarms, String(pages.length));
  return (
    <>
      {arrived.length > 0 && (
        <p className={classes.arrived} role="status">
          {t('service.alarms.arrived', { count: arrived.length })}
          <Button size="compact-xs" variant="default" onClick={renew}>
            {t('inbox.show')}
          </Button>
        </p>
      )}
      <ul className={classes.rows} aria-label={label} {...hold}>
        {rows.map((alarm) => (
          <AlarmRow key={alarm.id} alarm={alarm} names={names} left={left.has(alarm.id)} />
        ))}
      </ul>
    </>
  );
}
