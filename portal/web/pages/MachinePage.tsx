import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { machine as machineQuery } from '#portal/web/api/queries.ts';
import { useIsStaff, useMay } from '#portal/web/app/session.tsx';
import { MachineAlarms } from '#portal/web/features/alarms/MachineAlarms.tsx';
import { Connection } from '#portal/web/features/connection/Connection.tsx';
import { Courses } from '#portal/web/features/machine/Courses.tsx';
import { MachineCases } from '#portal/web/features/machine/MachineCases.tsx';
import { MachineQuality } from '#portal/web/features/machine/MachineQuality.tsx';
import { Nameplate } from '#portal/web/features/machine/Nameplate.tsx';
import { useLastValues } from '#portal/web/features/machine/useCourses.ts';
import { readView, type Tab, TABS, writeView } from '#portal/web/features/machine/view.ts';
import { MachineMaintenance } from '#portal/web/features/maintenance/MachineMaintenance.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ZoneProvider } from '#portal/web/ui/format/Zone.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { useAddress } from '#portal/web/ui/useAddress.ts';

const TAB_TEXT = {
  course: 'tabCourse',
  alarms: 'tabAlarms',
  cases: 'tabCases',
  maintenance: 'tabMaintenance',
  quality: 'tabQuality',
  connection: 'tabConnection',
} as const;
/** A machine that falls silent says nothing, so its page is read again now and then. */
const RENEW_MS = 30_000;

export function MachinePage() {
  const { id = '' } = useParams();
  const asked = useQuery({ ...machineQuery(id), refetchInterval: RENEW_MS });
  return (
    <Panel label={id} asked={asked} bare lines={8}>
      {(machine) => (
        <ZoneProvider zone={machine.timezone}>
          <Machine machine={machine} />
        </ZoneProvider>
      )}
    </Panel>
  );
}

function Machine({ machine }: { readonly machine: MachineAnswer }) {
  const { t } = useTexts();
  const staff = useIsStaff();
  const may = useMay();
  const { params, write } = useAddress();
  useLastValues(machine);
  const shown: Readonly<Record<Tab, boolean>> = {
    course: true,
    alarms: may('alarm.see'),
    cases: true,
    maintenance: may('maintenance.see'),
    quality: staff,
    connection: may('quality.see'),
  };
  const tabs = TABS.filter((each) => shown[each]);
  const asked = readView(params).tab;
  const tab = shown[asked] ? asked : 'course';
  return (
    <>
      <Nameplate machine={machine} />
      <Tabs
        value={tab}
        onChange={(value) =>
          write((now) => writeView(now, { tab: TABS.find((each) => each === value) ?? 'course' }), true)
        }
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`machine.${TAB_TEXT[each]}`)}
              {each === 'cases' && machine.openCases > 0 && ` (${machine.openCases})`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="course">
          <Courses machine={machine} />
        </Tabs.Panel>
        <Tabs.Panel value="alarms">
          <MachineAlarms machine={machine} />
        </Tabs.Panel>
        <Tabs.Panel value="cases">
          <MachineCases machine={machine.id} />
        </Tabs.Panel>
        <Tabs.Panel value="maintenance">
          <MachineMaintenance machine={machine} />
        </Tabs.Panel>
        <Tabs.Panel value="quality">
          <MachineQuality machine={machine} />
        </Tabs.Panel>
        {shown.connection && (
          <Tabs.Panel value="connection">
            <Connection machine={machine} />
          </Tabs.Panel>
        )}
      </Tabs>
    </>
  );
}
