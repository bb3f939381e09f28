/** An alarm judged anew: the rules and tolerances of then over the readings that are stored. */
import { BacktestTooLarge } from '#rules/backtest-store.ts';
import { type Held, looksBackMs, recompute, type RecomputeQuestion } from '#rules/recompute.ts';
import { sensorsOf } from '#rules/engine/conditions/kinds.ts';
import { type Configuration, configurationsBetween } from '#shared/database/queries/configuration.ts';
import { type AlarmRow, alarmRow } from '#shared/database/queries/portal-alarms.ts';
import { RecomputeAnswer } from '#shared/model/api/rule.ts';
import { PlantIndex } from '#shared/model/plant.ts';
import { nominalOf } from '#shared/model/tolerance.ts';
import type { PortalParts } from '../parts.ts';
import { notFound, ProblemError } from '../problems.ts';
import { ById, type Context, type Route, route } from '../route.ts';

type RecomputeParts = Pick<PortalParts, 'database' | 'readings'>;
type Known = Configuration & { readonly since: Date };

/** So many changes of the configuration are played again at most. */
const MOST_CONFIGURATIONS = 20;

export function recomputeRoute(parts: RecomputeParts): Route {
  return route({
    method: 'get',
    path: '/alarms/{id}/recompute',
    may: 'alarm.see',
    summary: 'Judges the alarm anew from stored readings, with the rule version and tolerances that held then',
    params: ById,
    answer: RecomputeAnswer,
    act: async ({ who, params, res }) => {
      const alarm = await alarmRow(parts.database.kysely, who.scope, params.id);
      if (!alarm) throw notFound('alarm', params.id);
      return answer(parts, alarm, res);
    },
  });
}

async function answer(
  { database, readings }: RecomputeParts,
  row: AlarmRow,
  res: Context['res'],
): Promise<RecomputeAnswer> {
  const { machine, rule, reason, raised_at, noted_at } = row;
  const alarm = { machine, rule, raisedAt: raised_at.getTime(), notedAt: noted_at.getTime(), reason };
  const last = (await held(database, row, new Date(noted_at.getTime() - 1))).at(-1);
  const back = last && looksBackMs(alarm, asHeld(last));
  const chain = last && back !== undefined ? await held(database, row, new Date(noted_at.getTime() - back)) : [];
  const ending = new AbortController();
  res.once('close', () => ending.abort());
  const found = await judged({ store: readings, alarm, held: chain.map(asHeld), signal: ending.signal });
  return {
    verdict: found.verdict,
    missing: found.missing,
    ruleVersion: row.rule_version,
    configuration: last?.version ?? null,
    tolerances: last ? tolerances(last, machine, rule) : [],
    stored: { raisedAt: raised_at.toISOString(), reason },
    recomputed:
      found.raisedAt === null ? null : { raisedAt: new Date(found.raisedAt).toISOString(), reason: found.reason },
    differences: [...found.differences],
    readings: found.readings,
  };
}

async function judged(question: RecomputeQuestion) {
  try {
    return await recompute(question);
  } catch (error) {
    if (error instanceof BacktestTooLarge) throw new ProblemError('too-large', error.message);
    throw error;
  }
}

/** What held from then until the alarm was raised. A change at the very instant counts where it brought the alarm's version. */
async function held(database: RecomputeParts['database'], alarm: AlarmRow, from: Date): Promise<readonly Known[]> {
  const range = { from, to: alarm.noted_at, most: MOST_CONFIGURATIONS };
  const known = await configurationsBetween(database.kysely, range);
  const own = known.findLastIndex(({ ruleVersions }) => ruleVersions.get(alarm.rule) === alarm.rule_version);
  return known.slice(0, own + 1);
}

function asHeld({ plant, rulebook, since }: Known): Held {
  return { plant, rulebook, since: since.getTime() };
}

function tolerances({ plant, rulebook }: Known, machine: string, id: string): RecomputeAnswer['tolerances'] {
  const rule = rulebook.rules.find((one) => one.id === id);
  const sensors = new PlantIndex(plant).machine(machine)?.sensors;
  return (rule ? sensorsOf(rule.when) : []).flatMap((sensor) => {
    const known = sensors?.get(sensor);
    if (!known?.tolerance) return [];
    const { low = null, high = null } = known.tolerance;
    return [{ sensor, low, high, nominal: nominalOf(known) ?? null }];
  });
}
