/** Readings and events in pieces that any reading store can give and take. */
import type { Reading, ReadingStore, StoredEvent } from '#shared/readings/port.ts';
import { packColumns, unpackColumns } from './columns.ts';

/** Asked for together, in order of time. */
const SERIES_AT_ONCE = 1_000;
const EVENTS_AT_ONCE = 5_000;
/** Before any time that can be stored. */
const EVER = { from: -9_223_372_036_853, to: 9_223_372_036_854 };

/** Every reading of the store; what is written meanwhile may be among them or not. */
export async function* readingPieces(store: ReadingStore): AsyncGenerator<Buffer, void, undefined> {
  const latest = [...(await store.latest())];
  latest.sort((a, b) => compare(a.machine, b.machine) || compare(a.sensor, b.sensor));
  for (let i = 0; i < latest.length; i += SERIES_AT_ONCE) {
    const some = latest.slice(i, i + SERIES_AT_ONCE);
    const machines = [...new Set(some.map(({ machine }) => machine))];
    const oldest = await store.oldest({ machines, ...EVER });
    const series = some.map(({ machine, sensor }) => ({ machine, sensor }));
    const from = Math.min(...oldest.map(({ ts }) => ts));
    const to = Math.max(...some.map(({ ts }) => ts)) + 1;
    if (from >= to) continue;
    for await (const batch of store.scan({ series, from, to })) {
      const { ts, value } = batch;
      if (ts.length > 0) yield packColumns({ names: series, series: batch.series, ts, values: [value] });
    }
  }
}

/** The readings of a piece. */
export function unpack(bytes: Buffer): Reading[] {
  return unpackColumns(bytes, (series, ts, [value = Number.NaN]) => ({ ...series, ts, value }));
}

/** Every event of these machines, a JSON object a line. */
export async function* eventPieces(
  store: ReadingStore,
  machines: readonly string[],
): AsyncGenerator<Buffer, void, undefined> {
  for (const machine of machines) {
    let limit = EVENTS_AT_ONCE;
    for (let from = EVER.from; ; ) {
      const events = await store.events({ machine, from, to: EVER.to, limit });
      const last = events.at(-1)?.ts;
      if (last === undefined) break;
      const isAll = events.length < limit;
      // Those of the last moment may go on in the next answer, which begins with it.
      const whole = isAll ? events : events.filter(({ ts }) => ts < last);
      if (whole.length > 0) yield lines(whole);
      if (isAll) break;
      if (whole.length === 0) limit *= 2;
      from = last;
    }
  }
}

function lines(events: readonly StoredEvent[]): Buffer {
  return Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

export function readEvents(bytes: Buffer): StoredEvent[] {
  const text = bytes.toString('utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as StoredEvent);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
