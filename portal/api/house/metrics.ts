/** Every stage of the way as Prometheus asks for it, from what the stages tell: those without a server of their own too. */
import { type HouseCounts, houseCounts, standingHouseAlarms, stageReports } from '#shared/database/queries/house.ts';
import type { Database } from '#shared/database/database.ts';
import {
  type Stage,
  STAGES,
  type StageFigures,
  type StageReport,
  type Trouble,
  TROUBLES,
} from '#shared/model/house.ts';
import type { Metrics } from '#shared/process/metrics.ts';

interface House {
  readonly reports: ReadonlyMap<Stage, StageReport>;
  readonly standing: ReadonlySet<Trouble>;
  readonly counts: HouseCounts;
}

type Labelled<L extends string> = readonly (readonly [Readonly<Record<L, string>>, number])[];

/** The metrics of one scrape are read once. */
const FRESH_MS = 1_000;

export function measureHouse(metrics: Metrics, database: Database, clock: () => number): void {
  let known: { readonly at: number; readonly house: Promise<House> } | undefined;
  const read = (): Promise<House> => {
    const at = clock();
    if (known === undefined || at - known.at >= FRESH_MS) known = { at, house: readHouse(database) };
    return known.house;
  };
  const ofStages =
    (value: (report: StageReport) => number | null | undefined) => async (): Promise<Labelled<'stage'>> =>
      [...(await read()).reports.values()].flatMap((report) => {
        const found = value(report);
        return found === null || found === undefined ? [] : [[{ stage: report.stage }, found] as const];
      });
  const ofFigures = (value: (figures: StageFigures) => number | undefined) =>
    ofStages(({ figures }) => (figures === null ? undefined : value(figures)));
  const age = (then: number | null): number | null => (then === null ? null : Math.max(0, (clock() - then) / 1000));
  const stage = ['stage'] as const;

  metrics.gauges(
    'heartbeat_age_seconds',
    'Age of the newest heartbeat that has come as far as this stage',
    stage,
    ofStages(({ beatAt }) => age(beatAt)),
  );
  metrics.gauges(
    'stage_told_age_seconds',
    'How long ago the stage has told of itself last',
    stage,
    ofStages(({ toldAt }) => age(toldAt)),
  );
  metrics.gauges(
    'stage_passed',
    'Since its process started: messages acknowledged, readings and events written, records judged or read',
    stage,
    ofFigures(({ passed }) => passed),
  );
  metrics.gauges(
    'stage_lag_bytes',
    'Bytes of the journal the stage has not done yet',
    stage,
    ofFigures(({ lagBytes }) => lagBytes),
  );
  metrics.gauges(
    'stage_lag_seconds',
    'Age of the oldest entry of the journal the stage has not done yet',
    stage,
    ofFigures(({ lagMs }) => (lagMs === undefined ? undefined : lagMs / 1000)),
  );
  metrics.gauges(
    'journal_unread_seconds',
    'Age of the oldest entry a reader that must see it has not done',
    [],
    async () => {
      const { reports } = await read();
      const lags = [reports.get('writer')?.figures?.lagMs ?? 0, reports.get('rules')?.figures?.lagMs ?? 0];
      return [[{}, Math.max(...lags) / 1000]];
    },
  );
  metrics.gauges(
    'stage_waits',
    '1 while the stage waits for a neighbour',
    stage,
    ofFigures(({ waitsFor }) => Number(waitsFor !== null)),
  );
  metrics.gauges(
    'stage_rejected',
    'Data set aside since the process of the stage started, by reason',
    ['stage', 'reason'],
    async () =>
      [...(await read()).reports.values()].flatMap((report) =>
        Object.entries(report.figures?.rejected ?? {}).map(
          ([reason, count]) => [{ stage: report.stage, reason }, count] as const,
        ),
      ),
  );
  metrics.gauges('stage_count', 'What else a stage counts or knows of itself', ['stage', 'what'], async () =>
    [...(await read()).reports.values()].flatMap((report) =>
      Object.entries(report.figures?.more ?? {}).map(
        ([what, count]) => [{ stage: report.stage, what: snake(what) }, count] as const,
      ),
    ),
  );
  metrics.gauges('house_alarm', '1 while this stands still', ['what'], async () => {
    const { standing } = await read();
    return TROUBLES.map((what) => [{ what }, Number(standing.has(what))] as const);
  });
  const counted = (name: keyof HouseCounts) => async (): Promise<Labelled<never>> => [
    [{}, (await read()).counts[name]],
  ];
  metrics.gauges('cases_open', 'Service cases that are not done', [], counted('casesOpen'));
  metrics.gauges('alarms_standing', 'Live alarms that are raised', [], counted('alarmsStanding'));
  metrics.gauges(
    'deliveries_waiting',
    'Messages to people and programs not sent yet',
    [],
    counted('deliveriesWaiting'),
  );
  metrics.gauges(
    'deliveries_dead',
    'Messages given up, until somebody sends them again',
    [],
    counted('deliveriesDead'),
  );
}

/** Age of the newest heartbeat by stage, whole seconds; null where none has come yet. For /readyz. */
export async function heartbeatAges(database: Database, now: number): Promise<Readonly<Record<string, number | null>>> {
  const reports = await stageReports(database.kysely);
  return Object.fromEntries(
    STAGES.map((stage) => {
      const beatAt = reports.get(stage)?.beatAt ?? null;
      return [stage, beatAt === null ? null : Math.max(0, Math.round((now - beatAt) / 1000))];
    }),
  );
}

async function readHouse({ kysely }: Database): Promise<House> {
  const [reports, alarms, counts] = [
    await stageReports(kysely),
    await standingHouseAlarms(kysely),
    await houseCounts(kysely),
  ];
  return { reports, standing: new Set(alarms.map(({ what }) => what)), counts };
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
