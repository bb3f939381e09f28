/** Raw values of several sensors in pages: one sensor after the other, each in the order of time. */
import type { RangeQuery, ReadingStore } from '#shared/readings/port.ts';
import { badCursor, cursorOf, decode } from '../paging.ts';

type Value = [t: string, value: number];

export interface RawPage {
  readonly values: ReadonlyMap<string, Value[]>;
  readonly next: string | null;
}

/** `limit` values at most, over all sensors together. */
export async function rawPage(
  store: ReadingStore,
  range: RangeQuery,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<RawPage> {
  const values = new Map<string, Value[]>();
  const begin = page.cursor === undefined ? { place: 0, from: range.from } : beginOf(page.cursor, range);
  let { from } = begin;
  let left = page.limit;
  for (const [place, sensor] of range.sensors.entries()) {
    if (place < begin.place) continue;
    const found = await store.raw({ machine: range.machine, sensor, from, to: range.to, limit: left + 1 });
    const kept = found.slice(0, left);
    values.set(
      sensor,
      kept.map(([ts, value]) => [new Date(ts).toISOString(), value]),
    );
    const rest = found[left];
    if (rest) return { values, next: cursorOf([place, rest[0]]) };
    left -= kept.length;
    from = range.from;
  }
  return { values, next: null };
}

function beginOf(cursor: string, range: RangeQuery): { place: number; from: number } {
  const keys = decode(cursor);
  if (!Array.isArray(keys) || keys.length !== 2) throw badCursor();
  const [place, from] = keys as unknown[];
  const fits = Number.isSafeInteger(place) && Number.isSafeInteger(from);
  if (!fits || range.sensors[place as number] === undefined || (from as number) < range.from) throw badCursor();
  return { place: place as number, from: from as number };
}
