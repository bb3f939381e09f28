/** Readings and events in pieces that any reading store can give and take. */
import type { Reading, ReadingStore, StoredEvent } from '#shared/readings/port.ts';

/** Asked for together, in order of time. */
const SERIES_AT_ONCE = 1_000;
const EVENTS_AT_ONCE = 5_000;
/** Before any time that can be stored. */
const EVER = { from: -9_223_372_036_853, to: 9_223_372_036_854 };

/** `u32 length of the names | names as JSON | u32 rows | series u32… | ms since the row before f64… | value f64…`, little-endian. */
export interface Piece {
  readonly rows: number;
  readonly bytes: Buffer;
}

/** Every reading of the store; what is written meanwhile may be among them or not. */
export async function* readingPieces(store: ReadingStore): AsyncGenerator<Piece, void, undefined> {
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
    const names = series.map(({ machine, sensor }) => [machine, sensor] as const);
    for await (const batch of store.scan({ series, from, to })) {
      if (batch.ts.length > 0) yield { rows: batch.ts.length, bytes: pack(names, batch) };
    }
  }
}

function pack(
  names: readonly (readonly [machine: string, sensor: string])[],
  batch: { readonly series: ArrayLike<number>; readonly ts: Float64Array; readonly value: Float64Array },
): Buffer {
  const rows = batch.ts.length;
  // Only those of this piece are named in it, by numbers of their own.
  const numbers = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const place = batch.series[row] ?? 0;
    if (!numbers.has(place)) numbers.set(place, numbers.size);
  }
  const named = Buffer.from(JSON.stringify([...numbers.keys()].map((place) => names[place])));
  const bytes = Buffer.allocUnsafe(8 + named.length + rows * 20);
  bytes.writeUInt32LE(named.length, 0);
  named.copy(bytes, 4);
  let at = bytes.writeUInt32LE(rows, 4 + named.length);
  for (let row = 0; row < rows; row++) at = bytes.writeUInt32LE(numbers.get(batch.series[row] ?? 0) ?? 0, at);
  for (let row = 0; row < rows; row++)
    at = bytes.writeDoubleLE((batch.ts[row] ?? 0) - (row === 0 ? 0 : (batch.ts[row - 1] ?? 0)), at);
  for (let row = 0; row < rows; row++) at = bytes.writeDoubleLE(batch.value[row] ?? 0, at);
  return bytes;
}

/** The readings of a piece. */
export function unpack(bytes: Buffer): Reading[] {
  const length = bytes.readUInt32LE(0);
  const names = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as [machine: string, sensor: string][];
  const rows = bytes.readUInt32LE(4 + length);
  const [series, times, values] = [8 + length, 8 + length + rows * 4, 8 + length + rows * 12];
  let ts = 0;
  return Array.from({ length: rows }, (_, row) => {
    ts += bytes.readDoubleLE(times + row * 8);
    const [machine = '', sensor = ''] = names[bytes.readUInt32LE(series + row * 4)] ?? [];
    return { machine, sensor, ts, value: bytes.readDoubleLE(values + row * 8) };
  });
}

/** Every event of these machines, a JSON object a line. */
export async function* eventPieces(
  store: ReadingStore,
  machines: readonly string[],
): AsyncGenerator<Piece, void, undefined> {
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

function lines(events: readonly StoredEvent[]): Piece {
  return { rows: events.length, bytes: Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join('')) };
}

export function readEvents(bytes: Buffer): StoredEvent[] {
  const text = bytes.toString('utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as StoredEvent);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
