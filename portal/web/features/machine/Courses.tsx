import { ActionIcon } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import type { MachineAnswer, SensorAnswer } from '#shared/model/api/machine.ts';
import { sensorsIn } from '#portal/web/ui/why/facts.ts';
import { alarms, cases, events } from '#portal/web/api/queries.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Course } from '#portal/web/ui/charts/Course.tsx';
import { Legend } from '#portal/web/ui/charts/Legend.tsx';
import type { Range } from '#portal/web/ui/charts/course.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { nameOf } from '#portal/web/ui/names.ts';
import { Empty, Panel } from '#portal/web/ui/panel/Panel.tsx';
import { useAddress } from '#portal/web/ui/useAddress.ts';
import { RangeBar } from './RangeBar.tsx';
import { SensorTree } from './SensorTree.tsx';
import { AlarmStrip, type Mark, MarkStrip } from './Strip.tsx';
import { usualSensors } from './tree.ts';
import { useCourses } from './useCourses.ts';
import {
  MAX_COURSES,
  type MachineView,
  moved,
  rangeOf,
  readView,
  renewMs,
  toggled,
  type Window,
  windowKey,
  writeView,
} from './view.ts';
import classes from './courses.module.css';

const USUAL = 3;
/** About the height of one course, px. */
const COURSE_ROOM = 300;

/** Tab "Verlauf": the tree on the left, the courses of the chosen sensors on the right, all over one range. */
export function Courses({ machine }: { readonly machine: MachineAnswer }) {
  const { t, language } = useTexts();
  const may = useMay();
  const { params, write } = useAddress();
  const view = useMemo(() => readView(params), [params]);
  const change = useCallback(
    (wanted: Partial<MachineView> | ((now: MachineView) => Partial<MachineView>), push = false) =>
      write((now) => writeView(now, typeof wanted === 'function' ? wanted(readView(now)) : wanted), push),
    [write],
  );
  const known = useMemo(() => new Map(machine.sensors.map((sensor) => [sensor.id, sensor])), [machine.sensors]);
  const shownIn = ({ sensors }: MachineView): readonly string[] =>
    (sensors ?? usualSensors(machine, USUAL)).filter((id) => known.has(id)).slice(0, MAX_COURSES);
  const shown = shownIn(view);
  const { window } = view;
  const asked = useCourses(machine.id, shown, window);
  // While the readings of another window are on their way, those of the last one are still drawn: they say nothing of its range.
  const read = asked.isPlaceholderData ? undefined : asked.data;
  const rangeIn = (wanted: Window): Range =>
    wanted.kind === 'rolling' && windowKey(wanted) === windowKey(window) && read ? read : rangeOf(wanted, Date.now());
  const range = rangeIn(window);
  const zoom = useCallback((wanted: Range) => change({ window: { kind: 'fixed', ...wanted } }, true), [change]);
  const reset = useCallback(() => change({ window: { kind: 'rolling', preset: '8h' } }), [change]);

  const standing = useQuery({ ...alarms({ machine: machine.id }), enabled: may('alarm.see') });
  const happened = useQuery({
    ...events(machine.id, windowKey(window), () => rangeOf(window, Date.now())),
    refetchInterval: renewMs(window),
  });
  const opened = useInfiniteQuery(cases({ machine: machine.id, status: 'all', sort: 'last' }));
  const marks = useMemo<Mark[]>(
    () => [
      ...(happened.data?.items ?? []).map(
        (event): Mark => ({
          id: `${event.t} ${event.code}`,
          t: Date.parse(event.t),
          kind: 'event',
          text: [t('machine.event', { code: event.code }), event.text].filter(Boolean).join(', '),
        }),
      ),
      ...(opened.data?.pages ?? []).flatMap((page) =>
        page.items.map(
          ({ id, number, openedAt }): Mark => ({
            id,
            t: Date.parse(openedAt),
            kind: 'case',
            text: t('machine.caseOpened', { number }),
          }),
        ),
      ),
    ],
    [happened.data, opened.data, t],
  );

  return (
    <div className={classes.layout}>
      <section className={classes.side} aria-label={t('machine.components')}>
        <h2 className={classes.sideTitle}>{t('machine.components')}</h2>
        {machine.sensors.length === 0 ? (
          <Empty title={t('machine.noSensors')} hint={t('machine.noSensorsHint')} />
        ) : (
          <SensorTree
            machine={machine}
            shown={shown}
            onToggle={(id) => change((now) => ({ sensors: toggled(shownIn(now), id) }))}
          />
        )}
      </section>
      <div className={classes.courses}>
        <RangeBar
          window={window}
          range={range}
          onChoose={(preset) => change({ window: { kind: 'rolling', preset } })}
          onMove={(move) => change((now) => ({ window: moved(rangeIn(now.window), move, Date.now()) }), true)}
          onReset={reset}
        />
        <MarkStrip marks={marks} range={range} />
        {shown.length === 0 ? (
          <Empty title={t('machine.choose')} hint={t('machine.chooseHint')} />
        ) : (
          <Panel label={t('machine.tabCourse')} asked={asked} bare lines={10} room={shown.length * COURSE_ROOM}>
            {(data) => (
              <div className={classes.stack}>
                {shown.map((id) => {
                  const sensor = known.get(id);
                  const course = data.sensors[id];
                  return (
                    sensor && (
                      <Course
                        key={id}
                        sensor={nameOf(sensor, language)}
                        unit={sensor.unit}
                        buckets={course?.buckets ?? NOTHING}
                        spans={course?.tolerance ?? NOTHING}
                        bucketMs={data.bucketMs ?? 0}
                        range={data}
                        sync={machine.id}
                        onZoom={zoom}
                        strip={
                          <AlarmStrip alarms={alarmsOf(standing.data?.items ?? NOTHING, id, range)} range={data} />
                        }
                        aside={
                          <CloseCourse
                            sensor={sensor}
                            onClose={() => change((now) => ({ sensors: shownIn(now).filter((each) => each !== id) }))}
                          />
                        }
                      />
                    )
                  );
                })}
              </div>
            )}
          </Panel>
        )}
        {shown.length > 0 && <Legend band={may('alarm.see')} />}
      </div>
    </div>
  );
}

const NOTHING: readonly never[] = [];

function CloseCourse({ sensor, onClose }: { readonly sensor: SensorAnswer; readonly onClose: () => void }) {
  const { t, language } = useTexts();
  return (
    <ActionIcon
      variant="subtle"
      size={26}
      aria-label={t('machine.hideChart', { sensor: nameOf(sensor, language) })}
      onClick={onClose}
    >
      <Icon name="close" size={15} />
    </ActionIcon>
  );
}

/** Alarms that this sensor helped to raise and that stood within the range. */
function alarmsOf(all: readonly AlarmAnswer[], sensor: string, range: Range): AlarmAnswer[] {
  return all.filter(
    (alarm) =>
      sensorsIn(alarm.reason.fact).includes(sensor) &&
      Date.parse(alarm.raisedAt) <= range.to &&
      (alarm.clearedAt === null || Date.parse(alarm.clearedAt) >= range.from),
  );
}
