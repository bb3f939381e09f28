/**
 * Rows of numbers, column by column, each of one sensor of one machine, little-endian:
 * `u32 length of the names | names as JSON | u32 rows | place of each row's name u32… | ms since the row before f64… | values f64…`
 */
import type { SeriesName } from '#shared/readings/port.ts';

export interface Columns {
  readonly names: readonly SeriesName[];
  /** Place of each row's series among the names. */
  readonly series: ArrayLike<number>;
  /** Epoch ms. */
  readonly ts: ArrayLike<number>;
  /** One or more, of equal length. */
  readonly values: readonly ArrayLike<number>[];
}

export function packColumns({ names, series, ts, values }: Columns): Buffer {
  const rows = ts.length;
  // Only those of these rows are named, by numbers of their own.
  const numbers = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const place = series[row] ?? 0;
    if (!numbers.has(place)) numbers.set(place, numbers.size);
  }
  const named = Buffer.from(
    JSON.stringify([...numbers.keys()].map((place) => [names[place]?.machine, names[place]?.sensor])),
  );
  const bytes = Buffer.allocUnsafe(8 + named.length + rows * (12 + 8 * values.length));
  bytes.writeUInt32LE(named.length, 0);
  named.copy(bytes, 4);
  let at = bytes.writeUInt32LE(rows, 4 + named.length);
  for (let row = 0; row < rows; row++) at = bytes.writeUInt32LE(numbers.get(series[row] ?? 0) ?? 0, at);
  for (let row = 0; row < rows; row++)
    at = bytes.writeDoubleLE((ts[row] ?? 0) - (row === 0 ? 0 : (ts[row - 1] ?? 0)), at);
  for (const column of values) for (let row = 0; row < rows; row++) at = bytes.writeDoubleLE(column[row] ?? 0, at);
  return bytes;
}

/** Each row with its series, time and values. */
export function unpackColumns<T>(
  bytes: Buffer,
  make: (series: SeriesName, ts: number, values: readonly number[]) => T,
): T[] {
  const length = bytes.readUInt32LE(0);
  const names = (JSON.parse(bytes.toString('utf8', 4, 4 + length)) as [machine: string, sensor: string][]).map(
    ([machine, sensor]) => ({ machine, sensor }),
  );
  const rows = bytes.readUInt32LE(4 + length);
  const series = 8 + length;
  const times = series + rows * 4;
  const places = Array.from(
    { length: (bytes.length - times) / 8 / Math.max(rows, 1) - 1 },
    (_, i) => times + (i + 1) * rows * 8,
  );
  let ts = 0;
  return Array.from({ length: rows }, (_, row) => {
    ts += bytes.readDoubleLE(times + row * 8);
    const name = names[bytes.readUInt32LE(series + row * 4)] ?? { machine: '', sensor: '' };
    return make(
      name,
      ts,
      places.map((place) => bytes.readDoubleLE(place + row * 8)),
    );
  });
}
