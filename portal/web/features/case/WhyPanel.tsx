import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { readings, ruleVersions } from '#portal/web/api/queries.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Course } from '#portal/web/ui/charts/Course.tsx';
import type { Range } from '#portal/web/ui/charts/course.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { sensorsIn } from '#portal/web/ui/why/facts.ts';
import { Why } from '#portal/web/ui/why/Why.tsx';
import type { Names } from '#portal/web/ui/why/words.ts';
import { breachRange } from './breach.ts';
import classes from './case.module.css';

const BUCKETS = 240;
const MOST_NEIGHBOURS = 3;

interface BreachProps {
  readonly alarm: AlarmAnswer;
  readonly machine: MachineAnswer | undefined;
  readonly names: Names;
}

interface WhyPanelProps extends BreachProps {
  /** Title of the case. */
  readonly said: string;
}

/** Why this case exists: the reason of an alarm with its arithmetic, and the course around it with the band that held then. */
export function WhyPanel({ alarm, machine, names, said }: WhyPanelProps) {
  const { t } = useTexts();
  const may = useMay();
  const versions = useQuery({ ...ruleVersions(alarm.rule), enabled: may('rule.see'), staleTime: 300_000 });
  const rule = versions.data?.items.find((each) => each.version === alarm.version)?.rule ?? undefined;
  return (
    <section className={classes.panel}>
      <header className={classes.panelHead}>
        <h2>{t('case.why')}</h2>
        <span className={classes.muted}>
          {t('case.raisedWord')} <At at={alarm.raisedAt} form="dateTime" />
          {alarm.clearedAt === null ? (
            `, ${t('inbox.standing')}`
          ) : (
            <>
              , {t('case.clearedWord')} <At at={alarm.clearedAt} form="dateTime" />
            </>
          )}
        </span>
      </header>
      <Why alarm={alarm} machine={machine} rule={rule} said={said} />
      <BreachCourses alarm={alarm} machine={machine} names={names} />
    </section>
  );
}

function BreachCourses({ alarm, machine, names }: BreachProps) {
  const { t } = useTexts();
  const [near, setNear] = useState(false);
  const named = sensorsIn(alarm.reason.fact).slice(0, 2);
  const neighbours = neighboursOf(machine, alarm.component, named);
  const shown = near ? [...named, ...neighbours] : named;
  const range = (): Range => breachRange(alarm, Date.now());
  const asked = useQuery({ ...readings(alarm.machine, shown, `alarm ${alarm.id}`, range, BUCKETS), staleTime: 60_000 });
  if (named.length === 0) return null;
  const { from, to } = range();
  const link = `/machines/${alarm.machine}?sensors=${named.join(',')}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  return (
    <div className={classes.breach}>
      <Panel label={t('case.chartAt')} asked={asked} bare lines={5}>
        {(data) => (
          <div className={classes.courses}>
            {shown.map((id) => {
              const course = data.sensors[id];
              return (
                course && (
                  <Course
                    key={id}
                    sensor={names.sensor(id).name}
                    unit={course.unit}
                    buckets={course.buckets ?? []}
                    spans={course.tolerance}
                    bucketMs={data.bucketMs ?? 0}
                    range={data}
                    sync={`alarm ${alarm.id}`}
                    moment={Date.parse(alarm.raisedAt)}
                    height={170}
                  />
                )
              );
            })}
          </div>
        )}
      </Panel>
      <div className={classes.breachFoot}>
        {neighbours.length > 0 && (
          <Button size="compact-sm" variant="subtle" aria-expanded={near} onClick={() => setNear(!near)}>
            {near ? t('case.hideNeighbours') : t('case.neighbours')}
          </Button>
        )}
        <Link to={link}>{t('case.openChart')}</Link>
      </div>
    </div>
  );
}

/** Other sensors of the component in danger. */
function neighboursOf(
  machine: MachineAnswer | undefined,
  component: string | null,
  named: readonly string[],
): string[] {
  const near = machine?.sensors.filter((sensor) => sensor.component === component && !named.includes(sensor.id)) ?? [];
  return near.slice(0, MOST_NEIGHBOURS).map(({ id }) => id);
}
