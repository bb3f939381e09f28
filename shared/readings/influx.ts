/** Readings and events in InfluxDB 1.x: measurements `reading` and `event`. */
import { influxAddress } from './influx-address.ts';
import { InfluxOrders } from './influx-orders.ts';
import { InfluxQueries, type ResultSeries } from './influx-query.ts';
import { InfluxWriter, type Line } from './influx-write.ts';
import { names, whole } from './influx-terms.ts';
import { InfluxScans } from './influx-scan.ts';
import { eventLine, LineWriter } from './line-protocol.ts';
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
import { exactGrid } from './rollups/grid.ts';
import { InfluxRollups } from './rollups/influx-rollups.ts';
import { type RollableStore, rawFromOf } from './rollups/port.ts';
import { envelopeOf } from './rollups/shares.ts';
import { unsoundEvent, unsoundReading, unsoundSeries } from './sound.ts';

/** Requests in flight; each machine keeps to one of them, so that its readings stay in order. */
const LANES = 2;
/** Machines named in one question. */
const MAX_NAMED = 200;

type Stored = Reading | StoredEvent;

export class InfluxReadings implements RollableStore {
  readonly rollups: InfluxRollups;
  readonly #writer: InfluxWriter;
  readonly #queries: InfluxQueries;
  readonly #scans: InfluxScans;
  readonly #lines = new LineWriter();
  /** Writes go one after the other: of the same reading twice the later one must win. */
  #writing: Promise<unknown> = Promise.resolve();

  /** `url`: http://user:password@host:8086/database. Throws where it is none, without repeating it. */
  constructor(url: string) {
    const address = influxAddress(url);
    this.#writer = new InfluxWriter(address);
    this.#queries = new InfluxQueries(address);
    this.#scans = new InfluxScans(address);
    this.rollups = new InfluxRollups({
      queries: this.#queries,
      orders: new InfluxOrders(address),
      writer: this.#writer,
    });
  }

  /** Creates the database where that is possible now; an InfluxDB that comes later is well too. */
  async start(): Promise<void> {
    await this.check().catch(() => undefined);
  }

  async write(readings: readonly Reading[], events: readonly StoredEvent[]): Promise<readonly Refused[]> {
    const turn = this.#writing.then(() => this.#store(readings, events));
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #store(readings: readonly Reading[], events: readonly StoredEvent[]): Promise<readonly Refused[]> {
    const refused: Refused[] = [];
    const lanes: Line<Stored>[][] = Array.from({ length: LANES }, () => []);
    for (const reading of readings) {
      const { machine, sensor } = reading;
      const detail =
        unsoundReading(reading) ?? (this.#lines.knows(machine, sensor) ? undefined : unsoundSeries(machine, sensor));
      if (detail !== undefined) refused.push({ reading, detail });
      else lanes[laneOf(machine)]?.push({ text: this.#lines.reading(reading), of: reading });
    }
    for (const event of events) {
      const detail = unsoundEvent(event);
      if (detail !== undefined) refused.push({ reading: event, detail });
      else lanes[laneOf(event.machine)]?.push({ text: eventLine(event), of: event });
    }
    const answers = await Promise.allSettled(lanes.map((lines) => this.#writer.write(lines)));
    for (const answer of answers) {
      if (answer.status === 'rejected') throw answer.reason;
      refused.push(...answer.value.map(({ of, detail }) => ({ reading: of, detail })));
    }
    return refused;
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
    if (to <= from || limit < 1) return [];
    const [series] = await this.#queries.ask(
      `SELECT value FROM reading WHERE machine = $machine AND sensor = $sensor AND time >= ${whole(from)}ms AND time < ${whole(to)}ms ORDER BY time LIMIT ${whole(limit)}`,
      { machine, sensor },
    );
    return (series?.values ?? []) as readonly (readonly [number, number])[];
  }

  scan(query: ScanQuery): AsyncIterable<ScanBatch> {
    return this.#scans.scan(query);
  }

  async oldest({ machines, from, to }: Parameters<ReadingStore['oldest']>[0]): Promise<readonly Reading[]> {
    const found: Reading[] = [];
    if (to <= from) return found;
    for (let i = 0; i < machines.length; i += MAX_NAMED) {
      const named = names('machine', machines.slice(i, i + MAX_NAMED));
      const series = await this.#queries.ask(
        `SELECT first(value) FROM reading WHERE (${named.condition}) AND time >= ${whole(from)}ms AND time < ${whole(to)}ms GROUP BY machine, sensor`,
        named.values,
      );
      found.push(...readingsOf(series));
    }
    return found;
  }

  async latest(machines?: readonly string[]): Promise<readonly Reading[]> {
    if (!machines)
      return readingsOf(await this.#queries.ask('SELECT last(value) FROM reading GROUP BY machine, sensor'));
    const found: Reading[] = [];
    for (let i = 0; i < machines.length; i += MAX_NAMED) {
      const named = names('machine', machines.slice(i, i + MAX_NAMED));
      const series = await this.#queries.ask(
        `SELECT last(value) FROM reading WHERE ${named.condition} GROUP BY machine, sensor`,
        named.values,
      );
      found.push(...readingsOf(series));
    }
    return found;
  }

  async events({ machine, from, to, limit, codes, without = [], newest }: EventQuery): Promise<readonly StoredEvent[]> {
    if (to <= from || limit < 1 || codes?.length === 0) return [];
    const only = codes ? names('code', codes) : undefined;
    const other = without.map((_, i) => ` AND code != $w${i}`).join('');
    const [series] = await this.#queries.ask(
      `SELECT code, text FROM event WHERE machine = $machine AND time >= ${whole(from)}ms AND time < ${whole(to)}ms${only ? ` AND (${only.condition})` : ''}${other} ORDER BY time${newest ? ' DESC' : ''} LIMIT ${whole(limit)}`,
      { machine, ...only?.values, ...Object.fromEntries(without.map((code, i) => [`w${i}`, code])) },
    );
    const rows = (series?.values ?? []) as readonly (readonly [number, string, string])[];
    const events = rows.map(([ts, code, text]) => ({ machine, ts, code, text }));
    return events.toSorted((a, b) => a.ts - b.ts || (a.code < b.code ? -1 : 1));
  }

  async count({ machine, from, to }: { machine?: string; from?: number; to?: number } = {}): Promise<number> {
    const conditions = [
      ...(machine === undefined ? [] : ['machine = $machine']),
      ...(from === undefined ? [] : [`time >= ${whole(from)}ms`]),
      ...(to === undefined ? [] : [`time < ${whole(to)}ms`]),
    ];
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const [series] = await this.#queries.ask(
      `SELECT count(value) FROM reading${where}`,
      machine === undefined ? {} : { machine },
    );
    return (series?.values?.[0]?.[1] ?? 0) as number;
  }

  async check(): Promise<void> {
    try {
      await this.#queries.ask('SHOW FIELD KEYS FROM reading');
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || !(await this.#writer.createDatabase())) throw error;
      await this.#queries.ask('SHOW FIELD KEYS FROM reading');
    }
  }

  async stop(): Promise<void> {
    await this.#writing;
  }
}

function laneOf(machine: string): number {
  let sum = 0;
  for (let i = 0; i < machine.length; i++) sum = (sum * 31 + machine.charCodeAt(i)) >>> 0;
  return sum % LANES;
}

/** The one value of each series. */
function readingsOf(series: readonly ResultSeries[]): Reading[] {
  return series.flatMap(({ tags, values }) => {
    const [ts, value] = (values?.[0] ?? []) as readonly [number?, number?];
    if (ts === undefined || value === undefined) return [];
    return [{ machine: tags?.['machine'] ?? '', sensor: tags?.['sensor'] ?? '', ts, value }];
  });
}
