/** The embedded reading store: one DuckDB file, one process. */
import { batchOf } from './duckdb-batch.ts';
import { DuckDbFile, type Transaction } from './duckdb-file.ts';
import { scanDuckDb } from './duckdb-scan.ts';
import { SeriesBook } from './duckdb-series.ts';
import {
  type BucketQuery,
  type Envelope,
  type EventQuery,
  type Reading,
  type ReadingStore,
  type Refused,
  type ScanBatch,
  type ScanQuery,
  type StoredEvent,
  StoreUnavailable,
} from './port.ts';
import { DuckDbRollups, ROLLUP_SCHEMA } from './rollups/duckdb-rollups.ts';
import { exactGrid } from './rollups/grid.ts';
import { type RollableStore, rawFromOf } from './rollups/port.ts';
import { envelopeOf } from './rollups/shares.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER NOT NULL, machine VARCHAR NOT NULL, sensor VARCHAR NOT NULL);
  CREATE TABLE IF NOT EXISTS reading (series INTEGER NOT NULL, ts BIGINT NOT NULL, value DOUBLE NOT NULL);
  CREATE TABLE IF NOT EXISTS event (machine VARCHAR NOT NULL, ts BIGINT NOT NULL, code VARCHAR NOT NULL, text VARCHAR NOT NULL);
  CREATE TEMP TABLE IF NOT EXISTS late_reading (series INTEGER, ts BIGINT);
  CREATE TEMP TABLE IF NOT EXISTS new_event (machine VARCHAR, ts BIGINT, code VARCHAR, text VARCHAR);
  ${ROLLUP_SCHEMA}`;

export class DuckDbReadings implements RollableStore {
  readonly rollups: DuckDbRollups;
  readonly #file: DuckDbFile;
  #running = false;
  /** What is known of the file; read anew after a failed write, whose outcome nobody knows. */
  #book: Promise<SeriesBook> | undefined;
  /** Writes go one after the other. */
  #writing: Promise<unknown> = Promise.resolve();

  /** `path` of the file, made at `start` where it is missing. */
  constructor(path: string) {
    this.#file = new DuckDbFile(path, SCHEMA);
    this.rollups = new DuckDbRollups({
      file: this.#file,
      book: () => this.#open(),
      transact: (work) => this.#inTurn(() => this.#transact(work)),
    });
  }

  async start(): Promise<void> {
    this.#running = true;
    await this.#open();
  }

  async write(readings: readonly Reading[], events: readonly StoredEvent[]): Promise<readonly Refused[]> {
    return this.#inTurn(() => this.#store(readings, events));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#running) throw notStarted();
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #store(readings: readonly Reading[], events: readonly StoredEvent[]): Promise<readonly Refused[]> {
    const batch = batchOf(await this.#known(), readings, events);
    if (!batch.isEmpty) await this.#transact((transaction) => batch.store(transaction));
    return batch.refused;
  }

  async #transact(work: (transaction: Transaction) => Promise<void>): Promise<void> {
    await this.#known();
    try {
      await this.#file.transact(work);
    } catch (error) {
      this.#book = undefined;
      throw error;
    }
  }

  async buckets(query: BucketQuery): Promise<Envelope> {
    const grid = exactGrid(query);
    return envelopeOf(query.sensors, [await this.rollups.raw(query, grid)], grid);
  }

  async rawFrom(): Promise<number | undefined> {
    return rawFromOf(await this.rollups.state());
  }

  async raw(query: Parameters<ReadingStore['raw']>[0]): Promise<readonly (readonly [number, number])[]> {
    const { machine, sensor, from, to, limit } = query;
    const series = (await this.#open()).get(machine, sensor);
    if (!series || to <= from) return [];
    const rows = await this.#file.rows(
      'SELECT ts::DOUBLE, value FROM reading WHERE series = $1 AND ts >= $2::BIGINT AND ts < $3::BIGINT ORDER BY ts LIMIT $4::BIGINT',
      [series.id, BigInt(from), BigInt(to), BigInt(limit)],
    );
    return rows as [number, number][];
  }

  async *scan(query: ScanQuery): AsyncGenerator<ScanBatch, void, undefined> {
    yield* scanDuckDb(this.#file, await this.#open(), query);
  }

  async oldest(query: Parameters<ReadingStore['oldest']>[0]): Promise<readonly Reading[]> {
    const book = await this.#open();
    const series = new Map(query.machines.flatMap((machine) => book.of(machine)).map((one) => [one.id, one]));
    if (series.size === 0) return [];
    const rows = await this.#file.rows(
      `SELECT series, min(ts)::DOUBLE, arg_min(value, ts) FROM reading
       WHERE series IN (${[...series.keys()].join(',')}) AND ts >= $1::BIGINT AND ts < $2::BIGINT GROUP BY series`,
      [BigInt(query.from), BigInt(query.to)],
    );
    return (rows as [number, number, number][]).flatMap(([id, ts, value]) => {
      const known = series.get(id);
      return known ? [{ machine: known.machine, sensor: known.sensor, ts, value }] : [];
    });
  }

  async latest(machines?: readonly string[]): Promise<readonly Reading[]> {
    return (await this.#open()).latest(machines);
  }

  async events({ machine, from, to, limit, codes, without = [], newest }: EventQuery): Promise<readonly StoredEvent[]> {
    await this.#open();
    const direction = newest ? 'DESC' : 'ASC';
    const bound = (values: readonly string[], first: number) => values.map((_, i) => `$${first + i}`).join(',');
    const only = codes ? `AND code IN (${codes.length > 0 ? bound(codes, 5) : 'NULL'})` : '';
    const other = without.length > 0 ? `AND code NOT IN (${bound(without, 5 + (codes?.length ?? 0))})` : '';
    const rows = await this.#file.rows(
      `SELECT ts::DOUBLE, code, text FROM event WHERE machine = $1 AND ts >= $2::BIGINT AND ts < $3::BIGINT ${only} ${other}
       ORDER BY ts ${direction}, code ${direction} LIMIT $4::BIGINT`,
      [machine, BigInt(from), BigInt(to), BigInt(limit), ...(codes ?? []), ...without],
    );
    const events = (rows as [number, string, string][]).map(([ts, code, text]) => ({ machine, ts, code, text }));
    return newest ? events.reverse() : events;
  }

  async count({ machine, from, to }: { machine?: string; from?: number; to?: number } = {}): Promise<number> {
    const book = await this.#open();
    const conditions = ['true'];
    if (machine !== undefined)
      conditions.push(`series IN (${[-1, ...book.of(machine).map(({ id }) => id)].join(',')})`);
    if (from !== undefined) conditions.push(`ts >= ${BigInt(from)}`);
    if (to !== undefined) conditions.push(`ts < ${BigInt(to)}`);
    const rows = await this.#file.rows(`SELECT count(*)::DOUBLE FROM reading WHERE ${conditions.join(' AND ')}`);
    return rows[0]?.[0] as number;
  }

  async check(): Promise<void> {
    await this.#open();
    await this.#file.rows('SELECT 1');
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#writing;
    this.#book = undefined;
    this.#file.close();
  }

  async #open(): Promise<SeriesBook> {
    if (!this.#running) throw notStarted();
    return this.#known();
  }

  #known(): Promise<SeriesBook> {
    this.#book ??= this.#load();
    return this.#book;
  }

  async #load(): Promise<SeriesBook> {
    try {
      await this.#file.open();
      return await SeriesBook.load(this.#file);
    } catch (error) {
      this.#book = undefined;
      throw error;
    }
  }
}

function notStarted(): StoreUnavailable {
  return new StoreUnavailable('The reading store is not started.');
}
