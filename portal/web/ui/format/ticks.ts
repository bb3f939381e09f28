/** Where a time axis and a value axis carry their marks. */
import { Zone } from '#shared/model/service/zone.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const STEPS = [
  1_000,
  5_000,
  15_000,
  30_000,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
] as const;

/** Distance between two marks so that about `wanted` fit in the range, ms. */
export function timeStep(from: number, to: number, wanted: number): number {
  const ideal = (to - from) / Math.max(1, wanted);
  return STEPS.find((step) => step >= ideal) ?? 28 * DAY;
}

/** Making one is dear, and there are few. */
const zones = new Map<string, Zone>();

/** Minutes that the zone's clock is ahead of UTC at that time. */
export function offsetMinutes(zone: string, at: number): number {
  const known = zones.get(zone) ?? new Zone(zone);
  zones.set(zone, known);
  return Math.round(known.offset(at) / MINUTE);
}

/** Round times of the zone's own clock within the range: midnight is midnight there, on both sides of a change to summer time. */
export function timeTicks(from: number, to: number, zone: string, wanted: number): number[] {
  const step = timeStep(from, to, wanted);
  const ticks: number[] = [];
  const start = from + offsetMinutes(zone, from) * MINUTE;
  for (let wall = Math.ceil(start / step) * step; ; wall += step) {
    const guess = wall - offsetMinutes(zone, wall - offsetMinutes(zone, from) * MINUTE) * MINUTE;
    if (guess > to) return ticks;
    if (guess >= from) ticks.push(guess);
  }
}

/** About `wanted` round values that cover the range, and the range they cover. */
export function valueTicks(
  low: number,
  high: number,
  wanted: number,
): { readonly ticks: number[]; readonly low: number; readonly high: number } {
  const size = high - low || Math.abs(high) || 1;
  const raw = size / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const ticks: number[] = [];
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)));
  return { ticks, low: first * step, high: last * step };
}
