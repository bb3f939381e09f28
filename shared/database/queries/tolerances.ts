/** Tolerances as they held at a time, so that an old chart shows the band of then. */
import { sql } from 'kysely';
import type { Queries } from '../database.ts';

/** A band and since when it held; limits in the sensor's unit, null where that side has none. */
export interface ToleranceSpan {
  readonly from: Date;
  readonly low: number | null;
  readonly high: number | null;
  readonly nominal: number | null;
}

/**
 * Sensor → the bands that held in [from, to), oldest first; the first is the one that held at `from`, told with `from` as its
 * beginning. Every sensor asked for has an entry.
 */
export async function toleranceSpans(
  queries: Queries,
  range: { readonly machine: string; readonly sensors: readonly string[]; readonly from: Date; readonly to: Date },
): Promise<ReadonlyMap<string, readonly ToleranceSpan[]>> {
  const spans = new Map<string, ToleranceSpan[]>(range.sensors.map((sensor) => [sensor, []]));
  const rows = await queries
    .selectFrom('tolerance_version')
    .select(['sensor', 'valid_from', 'low', 'high', 'nominal'])
    .where('machine', '=', range.machine)
    .where('sensor', '=', sql<string>`any(${[...range.sensors]}::text[])`)
    .where('valid_from', '<', range.to)
    .orderBy('sensor')
    .orderBy('valid_from')
    .execute();
  for (const { sensor, valid_from, low, high, nominal } of rows) {
    const list = spans.get(sensor);
    if (!list) continue;
    const early = valid_from <= range.from;
    if (early) list.length = 0;
    list.push({ from: early ? range.from : valid_from, low, high, nominal });
  }
  return spans;
}
