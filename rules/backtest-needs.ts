/** What a backtest of one rule must read: sensors, events, and how long before the range what it judges begins. */
import { durationMs } from '#shared/model/duration.ts';
import type { Sensor } from '#shared/model/plant.ts';
import { AGGREGATES, type Condition, type Rule } from '#shared/model/rule.ts';
import { sensorsOf } from './engine/conditions/kinds.ts';

const DAY_MS = 24 * 3_600_000;
/** At least so long before the range, so that sensors have values when it begins. */
const LEAST_WARM_UP_MS = 3_600_000;
/** Default of `within` of an event. */
const EVENT_WITHIN = '1m';
const STALE_AFTER = 3;

export interface Needs {
  /** Codes of events it counts. */
  readonly codes: readonly string[];
  readonly states: boolean;
  /** It counts from a machine's first reading, whatever the sensor. */
  readonly silence: boolean;
  readonly baseline: boolean;
  /** The longest it looks back, delays included, ms. */
  readonly windowMs: number;
}

export function needsOf({ when, for: on = '0s', clear }: Rule): Needs {
  const leaves = leavesOf(when);
  return {
    codes: [...new Set(leaves.flatMap((leaf) => ('event' in leaf ? [leaf.event] : [])))],
    states: leaves.some((leaf) => 'state' in leaf),
    silence: leaves.some((leaf) => 'silent' in leaf),
    baseline: leaves.some((leaf) => 'deviates' in leaf),
    windowMs: windowOf(when) + durationMs(on) + durationMs(clear?.for ?? '0s'),
  };
}

/** Sensors whose stored readings decide: those the rule names, and for derived ones their inputs, which the engine computes from. */
export function readingSensors(rule: Rule, sensors: ReadonlyMap<string, Sensor>): readonly Sensor[] {
  const ids = sensorsOf(rule.when).flatMap((id) => {
    const sensor = sensors.get(id);
    return sensor?.formula === undefined ? [id] : Object.values(sensor.inputs ?? {});
  });
  return [...new Set(ids)].flatMap((id) => sensors.get(id) ?? []);
}

/** How long before the range reading begins, ms. */
export function warmUpMs(needs: Needs, sensors: readonly Sensor[]): number {
  const stale = sensors.map(staleMs).filter(Number.isFinite);
  return needs.windowMs + Math.min(DAY_MS, Math.max(LEAST_WARM_UP_MS, ...stale));
}

/** A reading tells of so long a time, ms; for ever where `every` is not said. */
export function staleMs({ every }: Sensor): number {
  return every === undefined ? Infinity : STALE_AFTER * durationMs(every);
}

type Leaf = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown } | { sequence: unknown }>;

function leavesOf(condition: Condition): readonly Leaf[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf);
  if ('any' in condition) return condition.any.flatMap(leavesOf);
  if ('not' in condition) return leavesOf(condition.not);
  if ('sequence' in condition) return condition.sequence.flatMap(leavesOf);
  return [condition];
}

function windowOf(condition: Condition): number {
  if ('all' in condition) return longest(condition.all);
  if ('any' in condition) return longest(condition.any);
  if ('not' in condition) return windowOf(condition.not);
  if ('sequence' in condition) return durationMs(condition.within) + longest(condition.sequence);
  if ('event' in condition) return durationMs(condition.within ?? EVENT_WITHIN);
  if ('changes' in condition) return durationMs(condition.changes.within);
  if ('frozen' in condition) return durationMs(condition.frozen);
  if ('silent' in condition) return durationMs(condition.silent);
  if ('trend' in condition) return durationMs(condition.trend.over);
  if ('state' in condition || 'deviates' in condition) return 0;
  return Math.max(0, ...AGGREGATES.map((name) => durationMs(condition[name] ?? '0s')));
}

function longest(conditions: readonly Condition[]): number {
  return Math.max(0, ...conditions.map(windowOf));
}
