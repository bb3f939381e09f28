/** `trend`: the line through the last readings reaches a limit soon, or stands past it already. */
import { durationMs } from '#shared/model/duration.ts';
import type { Sensor } from '#shared/model/plant.ts';
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { TrendCondition } from '#shared/model/rule.ts';
import { nominalOf } from '#shared/model/tolerance.ts';
import { LineWindow } from '../windows/line.ts';
import { type Node, type Scope, type SensorPlace, type Slot, sensorFact, type View } from './node.ts';

/** From which side the limit is reached; `either`: a number on a sensor without nominal or tolerance. */
type Direction = 'up' | 'down' | 'either';

interface Course {
  readonly limit: number;
  readonly direction: Direction;
  readonly windowMs: number;
  readonly withinMs: number;
}

export function compileTrend({ sensor, trend }: TrendCondition, scope: Scope): Node {
  const at = scope.sensor(sensor);
  const windowMs = durationMs(trend.over);
  const slot = scope.observe(at, `trend ${windowMs}`, (history) => new LineWindow(history, windowMs));
  return new Trend(at, slot, { ...aim(trend.reaches, at.sensor), windowMs, withinMs: durationMs(trend.within) });
}

function aim(reaches: 'high' | 'low' | number, sensor: Sensor): { limit: number; direction: Direction } {
  if (reaches === 'high') return { limit: sensor.tolerance?.high ?? NaN, direction: 'up' };
  if (reaches === 'low') return { limit: sensor.tolerance?.low ?? NaN, direction: 'down' };
  const normal = nominalOf(sensor) ?? sensor.tolerance?.high ?? sensor.tolerance?.low;
  if (normal === undefined) return { limit: reaches, direction: 'either' };
  if (normal === reaches) return { limit: reaches, direction: sensor.tolerance?.high === undefined ? 'down' : 'up' };
  return { limit: reaches, direction: reaches > normal ? 'up' : 'down' };
}

class Trend implements Node {
  readonly #at: SensorPlace;
  readonly #slot: Slot<LineWindow>;
  readonly #course: Course;

  constructor(at: SensorPlace, slot: Slot<LineWindow>, course: Course) {
    this.#at = at;
    this.#slot = slot;
    this.#course = course;
  }

  judge(view: View, _relaxed: boolean): Verdict {
    if (view.usable[this.#at.place] === 0) return undefined;
    const line = this.#slot(view);
    return line.known && !Number.isNaN(this.#course.limit) ? reaches(line, this.#course) : undefined;
  }

  explain(view: View, relaxed: boolean): Fact {
    const verdict = this.judge(view, relaxed);
    const { limit, windowMs, withinMs } = this.#course;
    const fact = { test: 'trend' as const, ...sensorFact(this.#at, view, verdict), limit, windowMs, withinMs };
    if (verdict === undefined) return fact;
    const line = this.#slot(view);
    const ahead = (limit - line.at(0).value) / line.slope;
    const slopePerHour = line.slope * 3_600_000;
    if (!verdict || !(ahead >= 0) || fact.at === undefined) return { ...fact, slopePerHour };
    return { ...fact, slopePerHour, reachesAt: Math.round(fact.at + ahead) };
  }
}

/** Whether the line is past the limit now, or is before it and will have reached it `withinMs` from now. */
function reaches(line: LineWindow, { limit, direction, windowMs, withinMs }: Course): boolean {
  const [now, then] = [beyond(line, 0, limit), beyond(line, withinMs, limit)];
  if (direction === 'up') return now > 0 || (now < 0 ? then >= 0 : then > 0);
  if (direction === 'down') return now < 0 || (now > 0 ? then <= 0 : then < 0);
  const before = beyond(line, -windowMs, limit);
  return before < 0 ? then >= 0 : before > 0 ? then <= 0 : then !== 0;
}

/** 1 above the limit, -1 below, 0 at it as far as rounding can tell. */
function beyond(line: LineWindow, ahead: number, limit: number): -1 | 0 | 1 {
  const { value, slack } = line.at(ahead);
  if (Math.abs(value - limit) <= slack) return 0;
  return value > limit ? 1 : -1;
}
