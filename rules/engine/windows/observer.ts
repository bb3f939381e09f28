/** What remembers the readings of one sensor of one machine, for the conditions that look back. */
import type { Json } from '../types.ts';

export interface Observer {
  /** Takes a reading; `ts` grows from call to call. Amortised O(1). */
  observe(ts: number, value: number): void;
  save(): Json;
  load(saved: Json): void;
}

/** A number over a window (t − W, t], as of the sensor's newest reading. */
export interface Aggregated extends Observer {
  /** NaN until the first reading is at or before t − W. */
  readonly value: number;
  /** How far rounding alone may have moved `value`: a limit passed by less is not passed. */
  readonly slack: number;
}

/** Four units in the last place: what decimals lose as doubles, and the one operation after. */
export const ROUNDING = 4 * Number.EPSILON;
