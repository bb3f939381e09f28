/** Tolerance and excess as in rules.md: how many percent outside tolerance a value is, and by which arithmetic. */
import type { Limits } from './plant.ts';

export interface Judged {
  readonly tolerance?: Limits;
  readonly nominal?: number;
}

export interface Excess {
  /** Percent; above 0 outside the tolerance, negative inside. */
  readonly percent: number;
  /** The side that decided. */
  readonly side: 'high' | 'low';
  /** Limit of that side and width of that side, in the sensor's unit. */
  readonly limit: number;
  readonly width: number;
}

/** Nominal value: as given, else the middle of a two-sided tolerance, else none. */
export function nominalOf({ tolerance, nominal }: Judged): number | undefined {
  if (nominal !== undefined) return nominal;
  if (tolerance?.low === undefined || tolerance.high === undefined) return undefined;
  return (tolerance.low + tolerance.high) / 2;
}

/**
 * Width of one side in the sensor's unit: from nominal to the limit; for a one-sided tolerance without nominal `|limit|`.
 * Undefined where that side has no limit; a width that is not above 0 is refused when the file is read.
 */
export function sideWidth(sensor: Judged, side: 'high' | 'low'): number | undefined {
  const limit = sensor.tolerance?.[side];
  if (limit === undefined) return undefined;
  const nominal = nominalOf(sensor);
  if (nominal === undefined) return Math.abs(limit);
  return side === 'high' ? limit - nominal : nominal - limit;
}

/** `e = 100 · max((v − high) / width_above, (low − v) / width_below)`; undefined without a tolerance. */
export function excessOf(sensor: Judged, value: number): Excess | undefined {
  const above = sideExcess(sensor, value, 'high');
  const below = sideExcess(sensor, value, 'low');
  if (!above || !below) return above ?? below;
  return below.percent > above.percent ? below : above;
}

function sideExcess(sensor: Judged, value: number, side: 'high' | 'low'): Excess | undefined {
  const limit = sensor.tolerance?.[side];
  const width = sideWidth(sensor, side);
  if (limit === undefined || width === undefined) return undefined;
  const over = side === 'high' ? value - limit : limit - value;
  return { percent: (100 * over) / width, side, limit, width };
}
