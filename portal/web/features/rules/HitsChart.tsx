import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { BacktestAnswer, PlantAnswer } from '#shared/model/api/rule.ts';
import type { Reason } from '#shared/model/reason.ts';
import type { Rule, Severity } from '#shared/model/rule.ts';
import { sentenceOf } from '#shared/model/sentence.ts';
import { readings } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Course } from '#portal/web/ui/charts/Course.tsx';
import type { Range } from '#portal/web/ui/charts/course.ts';
import { At, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { sensorsNamed } from './draft.ts';
import { machineName, namesIn, type RuleMachine, sensorsOn } from './plant.ts';
import { marksOf } from './progress.ts';
import { reckonings } from './reckoning.ts';
import classes from './look.module.css';

/** As many as can be told apart on a wide screen. */
const BUCKETS = 360;
const LISTED = 50;
const ROOM = 300;
const TONES: Readonly<Record<Severity, 'f' | 's' | 'm'>> = { danger: 'f', warning: 's', notice: 'm' };

interface HitsChartProps {
  readonly rule: Rule;
  readonly machine: RuleMachine;
  readonly plant: PlantAnswer;
  readonly range: Range;
  readonly result: BacktestAnswer | undefined;
}

/** The course of a sensor of the rule on one machine, with the limits that hold there and the alarms it would have told. */
export function HitsChart({ rule, machine, plant, range, result }: HitsChartProps) {
  const { t, language } = useTexts();
  const sensors = useMemo(() => sensorsNamed(rule.when), [rule]);
  const [wanted, setWanted] = useState<string>();
  const sensor = sensors.find((id) => id === wanted) ?? sensors[0];
  const names = useMemo(() => namesIn(plant.models, language), [plant, language]);
  const asked = useQuery({
    ...readings(machine.id, sensor === undefined ? [] : [sensor], `${range.from}-${range.to}`, () => range, BUCKETS),
    staleTime: 300_000,
  });
  const limits = useMemo(() => {
    const own = reckonings(rule.when, sensorsOn(machine, plant)).filter((each) => each.sensor === sensor);
    // Those of a range or a deviation are none of the value itself.
    const drawn = own.filter(({ aggregate }) => aggregate !== 'range' && aggregate !== 'stddev');
    return [...new Set(drawn.flatMap(({ sides }) => sides.map(({ raised }) => raised)))];
  }, [rule, machine, plant, sensor]);
  const alarms = useMemo(() => result?.alarms.filter((alarm) => alarm.machine === machine.id) ?? [], [result, machine]);
  const marks = useMemo(() => marksOf(alarms, range, BUCKETS), [alarms, range]);
  if (sensor === undefined)
    return <Hits alarms={alarms} machine={machine} plant={plant} asked={result !== undefined} />;
  const { name, unit } = names.sensor(sensor);
  return (
    <>
      {sensors.length > 1 && (
        <NativeSelect
          size="xs"
          className={classes.machine}
          aria-label={t('rules.look.sensor')}
          data={sensors.map((id) => ({ value: id, label: names.sensor(id).name }))}
          value={sensor}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <Panel label={name} asked={asked} bare room={ROOM}>
        {({ sensors: courses, bucketMs }) => (
          <Course
            sensor={`${name}, ${machineName(machine, language)}`}
            unit={unit ?? null}
            buckets={courses[sensor]?.buckets ?? []}
            spans={courses[sensor]?.tolerance ?? []}
            bucketMs={bucketMs ?? 0}
            range={range}
            sync="look-back"
            marks={marks}
            limits={limits}
            tone={TONES[rule.severity]}
            height={210}
          />
        )}
      </Panel>
      <Hits alarms={alarms} machine={machine} plant={plant} asked={result !== undefined} />
    </>
  );
}

interface HitsProps {
  readonly alarms: BacktestAnswer['alarms'];
  readonly machine: RuleMachine;
  readonly plant: PlantAnswer;
  /** There is a result at all. */
  readonly asked: boolean;
}

/** The same alarms as a list, each with the numbers that decided. */
function Hits({ alarms, machine, plant, asked }: HitsProps) {
  const { t, language } = useTexts();
  const zone = useZoneName();
  const names = useMemo(() => namesIn(plant.models, language), [plant, language]);
  if (!asked) return null;
  if (alarms.length === 0) return <p className={classes.muted}>{t('rules.look.noHits')}</p>;
  const title = t('rules.look.hitsOn', { machine: machineName(machine, language) });
  return (
    <>
      <h3>{title}</h3>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={title}>
        <table className={classes.hits}>
          <thead>
            <tr>
              <th scope="col">
                {t('rules.look.from')} ({zone})
              </th>
              <th scope="col">{t('rules.look.until')}</th>
              <th scope="col">{t('rules.look.why')}</th>
            </tr>
          </thead>
          <tbody>
            {alarms.slice(0, LISTED).map((alarm) => (
              <tr key={`${alarm.raisedAt} ${alarm.component}`}>
                <td>
                  <At at={alarm.raisedAt} form="dateTime" bare />
                </td>
                <td>{alarm.clearedAt ? <At at={alarm.clearedAt} form="dateTime" bare /> : t('rules.look.stood')}</td>
                <td>{sentenceOf(alarm.reason as Reason, language, (id) => names.sensor(id).name)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {alarms.length > LISTED && <p className={classes.muted}>{t('rules.look.firstOnly', { count: LISTED })}</p>}
    </>
  );
}
