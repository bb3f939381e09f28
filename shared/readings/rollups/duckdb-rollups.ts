/** Rollups in DuckDB: tables beside that of the readings. */
import type { DuckDbFile, Transaction } from '../duckdb-file.ts';
import type { Series, SeriesBook } from '../duckdb-series.ts';
import type { RangeQuery, SeriesName } from '../port.ts';
import type { Span } from '../spans.ts';
import {
  type Grid,
  type Mark,
  type Outdated,
  type Rolled,
  type Rollups,
  type RollupState,
  type Share,
  type Unit,
  UNIT_MS,
} from './port.ts';

const table = (name: string): string => `
  CREATE TABLE IF NOT EXISTS ${name} (series INTEGER NOT NULL, t BIGINT NOT NULL, min DOUBLE NOT NULL, max DOUBLE NOT NULL, sum DOUBLE NOT NULL, count DOUBLE NOT NULL);`;

export const ROLLUP_SCHEMA = `
  ${table('reading_minute')} ${table('reading_hour')}
  CREATE TABLE IF NOT EXISTS reading_mark (machine VARCHAR NOT NULL, hour BIGINT NOT NULL);
  CREATE TABLE IF NOT EXISTS rollup_state (rolled_from BIGINT NOT NULL, rolled_to BIGINT NOT NULL, raw_from BIGINT NOT NULL, minutes_from BIGINT NOT NULL);
  CREATE TEMP TABLE IF NOT EXISTS some_mark (machine VARCHAR, hour BIGINT);`;

interface Parts {
  readonly file: DuckDbFile;
  /** Opens the file where needed. */
  readonly book: () => Promise<SeriesBook>;
  /** Runs a transaction when those before it are done. */
  readonly transact: (work: (transaction: Transaction) => Promise<void>) => Promise<void>;
}

type ShareRow = [id: number, place: number, min: number, max: number, sum: number, count: number];

export class DuckDbRollups implements Rollups {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async state(): Promise<RollupState | undefined> {
    await this.#parts.book();
    const [row] = await this.#parts.file.rows(
      'SELECT rolled_from::DOUBLE, rolled_to::DOUBLE, raw_from::DOUBLE, minutes_from::DOUBLE FROM rollup_state',
    );
    const [from, to, rawFrom, minutesFrom] = (row ?? []) as [number?, number?, number?, number?];
    if (from === undefined || to === undefined || rawFrom === undefined || minutesFrom === undefined) return undefined;
    return { from, to, rawFrom, minutesFrom };
  }

  save({ from, to, rawFrom, minutesFrom }: RollupState): Promise<void> {
    return this.#parts.transact(async (tx) => {
      await tx.run('DELETE FROM rollup_state');
      await tx.run(`INSERT INTO rollup_state VALUES (${[from, to, rawFrom, minutesFrom].map(BigInt).join(',')})`);
    });
  }

  async marks(of: Parameters<Rollups['marks']>[0]): Promise<readonly Mark[]> {
    await this.#parts.book();
    const select = 'SELECT DISTINCT machine, hour::DOUBLE AS hour FROM reading_mark';
    const rows = await ('limit' in of
      ? this.#parts.file.rows(`${select} ORDER BY hour LIMIT $1::BIGINT`, [BigInt(of.limit)])
      : this.#parts.file.rows(`${select} WHERE machine = $1 AND hour >= $2::BIGINT AND hour < $3::BIGINT`, [
          of.machine,
          BigInt(of.from),
          BigInt(of.to),
        ]));
    return (rows as [string, number][]).map(([machine, hour]) => ({ machine, hour }));
  }

  mark(marks: readonly Mark[]): Promise<void> {
    return this.#parts.transact((tx) => tx.append('reading_mark', columnsOf(marks)));
  }

  clear(marks: readonly Mark[]): Promise<void> {
    return this.#parts.transact(async (tx) => {
      await tx.run('DELETE FROM some_mark');
      await tx.append('some_mark', columnsOf(marks));
      await tx.run(
        'DELETE FROM reading_mark USING some_mark AS s WHERE reading_mark.machine = s.machine AND reading_mark.hour = s.hour',
      );
    });
  }

  async rollUp({ from, to }: Span, machine?: string): Promise<void> {
    const book = await this.#parts.book();
    const series = machine === undefined ? undefined : book.of(machine).map(({ id }) => id);
    if (series?.length === 0) return;
    const of = series ? `AND series IN (${series.join(',')})` : '';
    const within = (time: string) => `${time} >= ${BigInt(from)} AND ${time} < ${BigInt(to)} ${of}`;
    const begin = (time: string, unit: Unit) =>
      `${BigInt(from)} + ((${time} - ${BigInt(from)}) // ${UNIT_MS[unit]}) * ${UNIT_MS[unit]}`;
    await this.#parts.transact(async (tx) => {
      await tx.run(`DELETE FROM reading_minute WHERE ${within('t')}`);
      await tx.run(`DELETE FROM reading_hour WHERE ${within('t')}`);
      await tx.run(`INSERT INTO reading_minute SELECT series, ${begin('ts', 'minute')} AS m, min(value), max(value), sum(value), count(*)
        FROM reading WHERE ${within('ts')} GROUP BY series, m`);
      await tx.run(`INSERT INTO reading_hour SELECT series, ${begin('t', 'hour')} AS h, min(min), max(max), sum(sum), sum(count)
        FROM reading_minute WHERE ${within('t')} GROUP BY series, h`);
    });
  }

  rolled(unit: Unit, query: RangeQuery, grid: Grid): Promise<ReadonlyMap<string, readonly Share[]>> {
    return this.#shares('min(min), max(max), sum(sum), sum(count)', `reading_${unit}`, 't', query, grid);
  }

  async firsts(ts: number): Promise<readonly (SeriesName & { readonly t: number })[]> {
    await this.#parts.book();
    const rows = await this.#parts.file.rows(
      `SELECT s.machine, s.sensor, min(h.t)::DOUBLE FROM reading_hour h JOIN series s ON s.id = h.series
       WHERE h.t < $1::BIGINT GROUP BY s.machine, s.sensor`,
      [BigInt(ts)],
    );
    return (rows as [string, string, number][]).map(([machine, sensor, t]) => ({ machine, sensor, t }));
  }

  async put(unit: Unit, rows: readonly Rolled[]): Promise<void> {
    const book = await this.#parts.book();
    const added: Series[] = [];
    const ids = rows.map(({ machine, sensor }) => {
      const known = book.get(machine, sensor);
      if (known) return known.id;
      const series = book.add(machine, sensor);
      added.push(series);
      return series.id;
    });
    const doubles = (['min', 'max', 'sum', 'count'] as const).map((name) => ({
      type: 'double' as const,
      values: rows.map((row) => row[name]),
    }));
    await this.#parts.transact(async (tx) => {
      await tx.append('series', [
        { type: 'integer', values: added.map(({ id }) => id) },
        { type: 'varchar', values: added.map(({ machine }) => machine) },
        { type: 'varchar', values: added.map(({ sensor }) => sensor) },
      ]);
      const times = { type: 'bigint' as const, values: rows.map(({ t }) => BigInt(t)) };
      await tx.append(`reading_${unit}`, [{ type: 'integer', values: ids }, times, ...doubles]);
    });
  }

  raw(query: RangeQuery, grid: Grid): Promise<ReadonlyMap<string, readonly Share[]>> {
    return this.#shares('min(value), max(value), sum(value), count(*)::DOUBLE', 'reading', 'ts', query, grid);
  }

  async newestBefore(ts: number): Promise<number | undefined> {
    await this.#parts.book();
    const [row] = await this.#parts.file.rows('SELECT max(ts)::DOUBLE FROM reading WHERE ts < $1::BIGINT', [
      BigInt(ts),
    ]);
    return (row?.[0] as number | null | undefined) ?? undefined;
  }

  async ownLimit(): Promise<undefined> {
    return undefined;
  }

  remove({ readings, minutes, hours, events }: Outdated): Promise<void> {
    const limits = [
      ['reading', 'ts', readings],
      ['reading_minute', 't', minutes],
      ['reading_hour', 't', hours],
      ['event', 'ts', events],
    ] as const;
    return this.#parts.transact(async (tx) => {
      for (const [name, time, before] of limits) {
        if (before !== undefined) await tx.run(`DELETE FROM ${name} WHERE ${time} < ${BigInt(before)}`);
      }
    });
  }

  async #shares(
    select: string,
    name: string,
    time: string,
    { machine, sensors, from, to }: RangeQuery,
    { start, width }: Grid,
  ): Promise<ReadonlyMap<string, readonly Share[]>> {
    const book = await this.#parts.book();
    const found = new Map<string, Share[]>(sensors.map((sensor) => [sensor, []]));
    const byId = new Map(sensors.map((sensor) => [book.get(machine, sensor)?.id, sensor]));
    byId.delete(undefined);
    if (byId.size === 0 || to <= from) return found;
    const rows = await this.#parts.file.rows(
      `SELECT series, ((${time} - $3::BIGINT) // $4::BIGINT)::DOUBLE AS place, ${select} FROM ${name}
       WHERE series IN (${[...byId.keys()].join(',')}) AND ${time} >= $1::BIGINT AND ${time} < $2::BIGINT GROUP BY series, place`,
      [BigInt(from), BigInt(to), BigInt(start), BigInt(width)],
    );
    for (const [id, place, min, max, sum, count] of rows as ShareRow[]) {
      found.get(byId.get(id) ?? '')?.push({ place, min, max, sum, count });
    }
    return found;
  }
}

function columnsOf(marks: readonly Mark[]): Parameters<Transaction['append']>[1] {
  return [
    { type: 'varchar', values: marks.map(({ machine }) => machine) },
    { type: 'bigint', values: marks.map(({ hour }) => BigInt(hour)) },
  ];
}
