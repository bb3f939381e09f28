/** What leaves of how the house itself is. */
import type { HouseAlarm, HouseCounts } from '#shared/database/queries/house.ts';
import type { HouseAlarmAnswer, HouseChainAnswer, StageAnswer } from '#shared/model/api/house.ts';
import {
  type HouseLimits,
  judgeHouse,
  type Stage,
  STAGES,
  type StageReport,
  type Trouble,
  TROUBLES,
} from '#shared/model/house.ts';
import { iso } from '../times.ts';

interface Chain {
  readonly reports: ReadonlyMap<Stage, StageReport>;
  readonly alarms: readonly HouseAlarm[];
  readonly counts: HouseCounts;
  readonly limits: HouseLimits;
  /** Epoch ms. */
  readonly now: number;
}

export function presentChain({ reports, alarms, counts, limits, now }: Chain): HouseChainAnswer {
  const judged = judgeHouse(reports, now, limits);
  const standing = new Set(alarms.flatMap(({ what, cleared_at }) => (cleared_at === null ? [what] : [])));
  const verdictOf = (trouble: Trouble) => {
    const is = judged.get(trouble)?.is ?? 'unknown';
    return standing.has(trouble) && is === 'unknown' ? 'missing' : is;
  };
  return {
    at: new Date(now).toISOString(),
    limitSeconds: limits.limitMs / 1000,
    verdicts: Object.fromEntries(TROUBLES.map((trouble) => [trouble, verdictOf(trouble)])) as Record<
      Trouble,
      ReturnType<typeof verdictOf>
    >,
    stages: STAGES.flatMap((stage) => {
      const report = reports.get(stage);
      return report ? [presentStage(report)] : [];
    }),
    counts,
    alarms: alarms.map(presentAlarm),
  };
}

function presentStage({ stage, toldAt, startedAt, beatAt, figures }: StageReport): StageAnswer {
  return {
    stage,
    toldAt: new Date(toldAt).toISOString(),
    startedAt: new Date(startedAt).toISOString(),
    beatAt: beatAt === null ? null : new Date(beatAt).toISOString(),
    passed: figures?.passed ?? null,
    perSecond: figures?.perSecond ?? null,
    lagBytes: figures?.lagBytes ?? null,
    lagSeconds: figures?.lagMs === undefined ? null : figures.lagMs / 1000,
    waitsFor: figures?.waitsFor ?? null,
    rejected: { ...figures?.rejected },
    more: { ...figures?.more },
  };
}

function presentAlarm({ id, what, since, raised_at, raised_by, cleared_at }: HouseAlarm): HouseAlarmAnswer {
  return {
    id,
    what,
    since: since.toISOString(),
    raisedAt: raised_at.toISOString(),
    raisedBy: raised_by,
    clearedAt: iso(cleared_at),
  };
}
