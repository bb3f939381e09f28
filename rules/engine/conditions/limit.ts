/** `outside`, `above`, `below`, of the newest value or of an aggregate over a window; with deadband. */
import type { Fact, Verdict } from '#shared/model/reason.ts';
import { AGGREGATES, type Aggregate, type LimitCondition } from '#shared/model/rule.ts';
import type { Sensor } from '#shared/model/plant.ts';
import { durationMs } from '#shared/model/duration.ts';
import { excessOf, nominalOf, sideWidth } from '#shared/model/tolerance.ts';
import { MaxWindow, MinWindow, RangeWindow } from '../windows/extremes.ts';
import { MeanWindow } from '../windows/mean.ts';
import { type Aggregated, ROUNDING } from '../windows/observer.ts';
import type { Ring } from '../windows/ring.ts';
import { SpreadWindow } from '../windows/spread.ts';
import { type Node, type Scope, type SensorPlace, type Slot, sensorFact, type View } from './node.ts';

const WINDOWS: Readonly<Record<Aggregate, (history: Ring, widthMs: number) => Aggregated>> = {
  mean: (history, widthMs) => new MeanWindow(history, widthMs),
  min: (_, widthMs) => new MinWindow(widthMs, 'open'),
  max: (_, widthMs) => new MaxWindow(widthMs, 'open'),
  range: (_, widthMs) => new RangeWindow(widthMs, 'open'),
  stddev: (history, widthMs) => new SpreadWindow(history, widthMs),
};

/** True for values above `high` and for values below `low`. */
interface Band {
  readonly low: number;
  readonly high: number;
  /** The limit as a person says it: in the unit, or percent for `outside`. */
  readonly named: number;
}

interface Window {
  readonly aggregate: Aggregate;
  readonly windowMs: number;
  readonly slot: Slot<Aggregated>;
}

/** Percentage points for `outside`, the sensor's unit for the others. */
const DEFAULT_DEADBAND = { outside: 5, above: 0, below: 0 } as const;

export function compileLimit(condition: LimitCondition, scope: Scope): Node {
  const at = scope.sensor(condition.sensor);
  const test = condition.outside !== undefined ? 'outside' : condition.above !== undefined ? 'above' : 'below';
  const named = test === 'outside' ? Number.parseFloat(condition.outside ?? '') : (condition[test] ?? NaN);
  const deadband = condition.deadband ?? DEFAULT_DEADBAND[test];
  // relaxed is easier to stay true for the whole condition: under a `not` that is harder for the leaf
  const loosen = (test === 'below') === scope.negated ? -deadband : deadband;
  return new Limit(
    at,
    test,
    deadband,
    bandOf(test, named, 0, at.sensor),
    bandOf(test, named, loosen, at.sensor),
    windowOf(condition, scope, at),
  );
}

function windowOf(condition: LimitCondition, scope: Scope, at: SensorPlace): Window | undefined {
  for (const aggregate of AGGREGATES) {
    const width = condition[aggregate];
    if (width === undefined) continue;
    const windowMs = durationMs(width);
    const slot = scope.observe(at, `${aggregate} ${windowMs}`, (history) => WINDOWS[aggregate](history, windowMs));
    return { aggregate, windowMs, slot };
  }
  return undefined;
}

/** The band for the limit moved by `shift`; limits that were computed give way by what rounding may have moved them. */
function bandOf(test: 'outside' | 'above' | 'below', limit: number, shift: number, sensor: Sensor): Band {
  const named = limit + shift;
  const slack = shift === 0 ? 0 : ROUNDING * Math.max(Math.abs(limit), Math.abs(shift));
  if (test === 'above') return { named, low: -Infinity, high: named + slack };
  if (test === 'below') return { named, low: named - slack, high: Infinity };
  const share = named / 100;
  const side = (which: 'low' | 'high', sign: 1 | -1) => {
    const border = sensor.tolerance?.[which];
    const width = sideWidth(sensor, which);
    if (border === undefined || width === undefined) return sign * Infinity;
    const size = Math.abs(border) + Math.abs(nominalOf(sensor) ?? 0);
    return border + sign * (share * width + ROUNDING * size * (1 + Math.abs(share)));
  };
  return { named, low: side('low', -1), high: side('high', 1) };
}

class Limit implements Node {
  readonly #at: SensorPlace;
  readonly #place: number;
  readonly #test: 'outside' | 'above' | 'below';
  readonly #deadband: number;
  readonly #strict: Band;
  readonly #relaxed: Band;
  readonly #window: Window | undefined;
  /** False for `outside` of a sensor without tolerance. */
  readonly #possible: boolean;

  constructor(
    at: SensorPlace,
    test: 'outside' | 'above' | 'below',
    deadband: number,
    strict: Band,
    relaxed: Band,
    window: Window | undefined,
  ) {
    this.#at = at;
    this.#place = at.place;
    this.#test = test;
    this.#deadband = deadband;
    this.#strict = strict;
    this.#relaxed = relaxed;
    this.#window = window;
    this.#possible = strict.low > -Infinity || strict.high < Infinity;
  }

  judge(view: View, relaxed: boolean): Verdict {
    if (view.usable[this.#place] === 0 || !this.#possible) return undefined;
    const band = relaxed ? this.#relaxed : this.#strict;
    if (this.#window) return beyond(band, this.#window.slot(view));
    const value = view.value[this.#place] as number;
    return value > band.high || value < band.low;
  }

  explain(view: View, relaxed: boolean): Fact {
    const window = this.#window;
    const aggregated = window?.slot(view).value;
    const fact = {
      ...sensorFact(this.#at, view, this.judge(view, relaxed)),
      ...(window && aggregated !== undefined && !Number.isNaN(aggregated) ? { value: aggregated } : {}),
      ...(window ? { aggregate: window.aggregate, windowMs: window.windowMs } : {}),
    };
    const { named } = relaxed ? this.#relaxed : this.#strict;
    if (this.#test !== 'outside')
      return { test: this.#test, ...fact, limit: named, ...(this.#deadband > 0 ? { deadband: this.#deadband } : {}) };
    const excess = fact.value === undefined ? undefined : excessOf(this.#at.sensor, fact.value);
    if (!excess) return { test: 'outside', ...fact, allowed: named };
    return {
      test: 'outside',
      ...fact,
      allowed: named,
      excess: excess.percent,
      side: excess.side,
      limit: excess.limit,
      width: excess.width,
    };
  }
}

function beyond({ low, high }: Band, { value, slack }: Aggregated): Verdict {
  if (Number.isNaN(value)) return undefined;
  return value - slack > high || value + slack < low;
}
