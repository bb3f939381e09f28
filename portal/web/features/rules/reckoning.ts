/** The arithmetic of a condition on one machine: from tolerance and percentage to the value at which an alarm comes. */
import type { Limits, Sensor } from '#shared/model/plant.ts';
import type { Aggregate, Condition, LimitCondition } from '#shared/model/rule.ts';
import { nominalOf, sideWidth } from '#shared/model/tolerance.ts';
import { aggregateOf } from './tests.ts';

/** One side of a limit, in the sensor's unit. */
export interface Side {
  readonly side: 'high' | 'low';
  /** Beyond this the condition is true. */
  readonly raised: number;
  /** Once raised it is true until the value comes back to this. */
  readonly cleared: number;
  /** Of `outside` alone: the tolerance's limit and the width the percentage is of. */
  readonly from?: { readonly limit: number; readonly width: number; readonly percent: number };
}

export interface Reckoning {
  readonly sensor: string;
  readonly unit: string | undefined;
  readonly aggregate: Aggregate | undefined;
  readonly tolerance: Limits | undefined;
  readonly nominal: number | undefined;
  /** Empty: the sensor has no tolerance, and the condition is never known. */
  readonly sides: readonly Side[];
}

/** Percentage points for `outside`, the sensor's unit for the others. */
const DEADBAND = { outside: 5, above: 0, below: 0 } as const;

/** Every limit the condition holds a value against, in order of reading; each limit once. */
export function reckonings(when: Condition, sensors: ReadonlyMap<string, Sensor>): readonly Reckoning[] {
  const found = limitsIn(when).flatMap((limit) => {
    const sensor = sensors.get(limit.sensor);
    return sensor ? [reckon(limit, sensor)] : [];
  });
  const seen = new Set<string>();
  return found.filter((each) => {
    const key = JSON.stringify(each);
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

function limitsIn(condition: Condition): readonly (LimitCondition | Trended)[] {
  if ('all' in condition) return condition.all.flatMap(limitsIn);
  if ('any' in condition) return condition.any.flatMap(limitsIn);
  if ('not' in condition) return limitsIn(condition.not);
  if ('sequence' in condition) return condition.sequence.flatMap(limitsIn);
  if (!('sensor' in condition)) return [];
  if ('trend' in condition) return [{ sensor: condition.sensor, reaches: condition.trend.reaches }];
  if ('changes' in condition || 'frozen' in condition || 'silent' in condition || 'deviates' in condition) return [];
  return [condition];
}

/** A trend has a limit too: the one it reaches. */
interface Trended {
  readonly sensor: string;
  readonly reaches: 'high' | 'low' | number;
}

function reckon(condition: LimitCondition | Trended, sensor: Sensor): Reckoning {
  const head = {
    sensor: sensor.id,
    unit: sensor.unit,
    tolerance: sensor.tolerance,
    nominal: nominalOf(sensor),
  };
  if ('reaches' in condition) return { ...head, aggregate: undefined, sides: reached(condition.reaches, sensor) };
  return { ...head, aggregate: aggregateOf(condition), sides: sidesOf(condition, sensor) };
}

function reached(reaches: Trended['reaches'], { tolerance, ...sensor }: Sensor): readonly Side[] {
  const limit = typeof reaches === 'number' ? reaches : tolerance?.[reaches];
  if (limit === undefined) return [];
  const nominal = nominalOf({ ...sensor, ...(tolerance ? { tolerance } : {}) });
  const side = typeof reaches === 'number' ? (nominal !== undefined && limit < nominal ? 'low' : 'high') : reaches;
  return [{ side, raised: limit, cleared: limit }];
}

function sidesOf(condition: LimitCondition, sensor: Sensor): readonly Side[] {
  if (condition.above !== undefined) {
    const cleared = condition.above - (condition.deadband ?? DEADBAND.above);
    return [{ side: 'high', raised: condition.above, cleared }];
  }
  if (condition.below !== undefined) {
    const cleared = condition.below + (condition.deadband ?? DEADBAND.below);
    return [{ side: 'low', raised: condition.below, cleared }];
  }
  const percent = Number.parseFloat(condition.outside ?? '');
  const back = percent - (condition.deadband ?? DEADBAND.outside);
  return (['high', 'low'] as const).flatMap((side) => {
    const limit = sensor.tolerance?.[side];
    const width = sideWidth(sensor, side);
    if (limit === undefined || width === undefined) return [];
    const sign = side === 'high' ? 1 : -1;
    const at = (share: number): number => tidy(limit + (sign * share * width) / 100);
    return [{ side, raised: at(percent), cleared: at(back), from: { limit, width: tidy(width), percent } }];
  });
}

/** Without what binary fractions leave behind: 84.00000000000001 is 84. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
