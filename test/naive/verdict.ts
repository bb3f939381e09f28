/** What a condition says at an instant, by looking at the whole past anew each time; rules.md read aloud. */
import { durationMs } from '#shared/model/duration.ts';
import type { Sensor } from '#shared/model/plant.ts';
import type { Verdict } from '#shared/model/reason.ts';
import {
  AGGREGATES,
  type Aggregate,
  type Condition,
  type LimitCondition,
  type TrendCondition,
} from '#shared/model/rule.ts';
import { Fraction, greatest, least, sum, ZERO } from './fraction.ts';
import type { History, Past } from './history.ts';
import type { SequencePast } from './sequence.ts';

export interface Context {
  readonly history: History;
  readonly now: number;
  readonly relaxed: boolean;
  readonly negated: boolean;
  readonly sequences: SequencePast;
  readonly baselines: (sensor: string) => { readonly center: number; readonly sigma: number } | undefined;
}

export function verdictOf(condition: Condition, context: Context): Verdict {
  const { history, now } = context;
  const of = (one: Condition) => verdictOf(one, context);
  if ('all' in condition) return kleene(condition.all.map(of), false);
  if ('any' in condition) return kleene(condition.any.map(of), true);
  if ('not' in condition) {
    const inner = verdictOf(condition.not, { ...context, negated: !context.negated });
    return inner === undefined ? undefined : !inner;
  }
  if ('sequence' in condition) return context.sequences.verdict(condition, context);
  if ('event' in condition) {
    const from = now - durationMs(condition.within ?? '1m');
    const count = history.events.filter(({ t, code }) => code === condition.event && t > from && t <= now).length;
    return count >= (condition.count ?? 1);
  }
  if ('state' in condition) return history.states.length === 0 ? undefined : history.states.at(-1) === condition.state;
  const { sensor } = condition;
  if ('silent' in condition) return now - (history.last(sensor)?.t ?? history.first()) >= durationMs(condition.silent);
  const readings = history.of(sensor);
  const last = readings.at(-1);
  if (!last || history.isUnknown(sensor, now)) return undefined;
  if ('changes' in condition) return changes(condition.changes, readings, last);
  if ('frozen' in condition) {
    const run = readings.slice(readings.findLastIndex(({ value }) => value !== last.value) + 1);
    return run.some(({ t }) => t <= last.t - durationMs(condition.frozen));
  }
  const definition = history.sensors.get(sensor) as Sensor;
  if ('trend' in condition) return trend(condition, definition, readings, last);
  if ('deviates' in condition) {
    const baseline = context.baselines(sensor);
    if (!baseline) return undefined;
    const distance = Fraction.of(last.value).minus(Fraction.of(baseline.center)).abs();
    return distance.above(Fraction.of(condition.deviates.sigmas).times(Fraction.of(baseline.sigma)));
  }
  return limit(condition, definition, readings, last, context);
}

function kleene(verdicts: readonly Verdict[], deciding: boolean): Verdict {
  if (verdicts.includes(deciding)) return deciding;
  return verdicts.includes(undefined) ? undefined : !deciding;
}

function changes(
  { by, within, direction = 'either' }: { by: number; within: string; direction?: 'up' | 'down' | 'either' },
  readings: readonly Past[],
  last: Past,
): boolean {
  const window = readings.filter(({ t }) => t >= last.t - durationMs(within)).map(({ value }) => Fraction.of(value));
  const value = Fraction.of(last.value);
  const up = value.minus(least(window)).atLeast(Fraction.of(by));
  const down = greatest(window).minus(value).atLeast(Fraction.of(by));
  return direction === 'up' ? up : direction === 'down' ? down : up || down;
}

/** Readings in (t − W, t], or undefined while the first is later than t − W. */
function windowOf(readings: readonly Past[], last: Past, widthMs: number): readonly Past[] | undefined {
  const from = last.t - widthMs;
  return (readings[0] as Past).t <= from ? readings.filter(({ t }) => t > from) : undefined;
}

/** The aggregate, for `stddev` its square: roots of fractions are no fractions. */
function aggregate(kind: Aggregate, values: readonly Fraction[]): Fraction {
  const n = Fraction.of(values.length);
  const mean = sum(values).over(n);
  if (kind === 'mean') return mean;
  if (kind === 'min') return least(values);
  if (kind === 'max') return greatest(values);
  if (kind === 'range') return greatest(values).minus(least(values));
  return sum(values.map((value) => value.minus(mean).times(value.minus(mean)))).over(n);
}

function limit(
  condition: LimitCondition,
  sensor: Sensor,
  readings: readonly Past[],
  last: Past,
  { relaxed, negated }: Context,
): Verdict {
  const kind = AGGREGATES.find((one) => condition[one] !== undefined);
  const window = kind ? windowOf(readings, last, durationMs(condition[kind] ?? '')) : [last];
  if (!window) return undefined;
  const values = window.map(({ value }) => Fraction.of(value));
  const value = kind ? aggregate(kind, values) : (values[0] as Fraction);
  // the root of a variance is above a limit that is not negative exactly when the variance is above its square
  const aboveLimit = (x: Fraction) => (kind !== 'stddev' ? value.above(x) : ZERO.above(x) || value.above(x.times(x)));
  const belowLimit = (x: Fraction) => (kind !== 'stddev' ? x.above(value) : x.above(ZERO) && x.times(x).above(value));
  const deadband = Fraction.of(relaxed ? (condition.deadband ?? (condition.outside === undefined ? 0 : 5)) : 0);
  if (condition.above !== undefined) {
    const named = Fraction.of(condition.above);
    return aboveLimit(negated ? named.plus(deadband) : named.minus(deadband));
  }
  if (condition.below !== undefined) {
    const named = Fraction.of(condition.below);
    return belowLimit(negated ? named.minus(deadband) : named.plus(deadband));
  }
  const percent = Fraction.of(Number.parseFloat(condition.outside ?? ''));
  return outside(negated ? percent.plus(deadband) : percent.minus(deadband), sensor, aboveLimit, belowLimit);
}

/** e > P, solved for the value: v > high + P % of the width above, or v < low − P % of the width below. */
function outside(
  percent: Fraction,
  { tolerance, nominal }: Sensor,
  above: (limit: Fraction) => boolean,
  below: (limit: Fraction) => boolean,
): Verdict {
  const [low, high] = [tolerance?.low, tolerance?.high];
  if (low === undefined && high === undefined) return undefined;
  const two = Fraction.of(2);
  const middle =
    nominal !== undefined
      ? Fraction.of(nominal)
      : low !== undefined && high !== undefined
        ? Fraction.of(low).plus(Fraction.of(high)).over(two)
        : undefined;
  const border = (side: number) => {
    const limitOf = Fraction.of(side);
    const width = middle ? limitOf.minus(middle).abs() : limitOf.abs();
    return { limitOf, part: width.times(percent).over(Fraction.of(100)) };
  };
  const over = high === undefined ? undefined : border(high);
  const under = low === undefined ? undefined : border(low);
  return (
    (over !== undefined && above(over.limitOf.plus(over.part))) ||
    (under !== undefined && below(under.limitOf.minus(under.part)))
  );
}

function trend(
  { trend: { over, reaches, within } }: TrendCondition,
  sensor: Sensor,
  readings: readonly Past[],
  last: Past,
): Verdict {
  const window = windowOf(readings, last, durationMs(over));
  const { tolerance, nominal } = sensor;
  const named = typeof reaches === 'number' ? reaches : tolerance?.[reaches];
  if (!window || window.length < 2 || named === undefined) return undefined;
  const line = lineThrough(window);
  const goal = Fraction.of(named);
  const at = (ahead: number) => line(last.t + ahead).compare(goal);
  const [now, then] = [at(0), at(durationMs(within))];
  const up = now > 0 || (now < 0 && then >= 0) || (now === 0 && then > 0);
  const down = now < 0 || (now > 0 && then <= 0) || (now === 0 && then < 0);
  if (typeof reaches !== 'number') return reaches === 'high' ? up : down;
  const [low, high] = [tolerance?.low, tolerance?.high];
  const middle = nominal ?? (low !== undefined && high !== undefined ? (low + high) / 2 : (high ?? low));
  if (middle === undefined) {
    const before = at(-durationMs(over));
    return before < 0 ? then >= 0 : before > 0 ? then <= 0 : then !== 0;
  }
  if (middle === reaches) return high === undefined ? down : up;
  return reaches > middle ? up : down;
}

function lineThrough(window: readonly Past[]): (t: number) => Fraction {
  const n = Fraction.of(window.length);
  const meanX = sum(window.map(({ t }) => Fraction.of(t))).over(n);
  const meanY = sum(window.map(({ value }) => Fraction.of(value))).over(n);
  const dx = window.map(({ t }) => Fraction.of(t).minus(meanX));
  const covariance = sum(window.map(({ value }, i) => (dx[i] as Fraction).times(Fraction.of(value).minus(meanY))));
  const slope = covariance.over(sum(dx.map((d) => d.times(d))));
  return (t) => meanY.plus(slope.times(Fraction.of(t).minus(meanX)));
}
