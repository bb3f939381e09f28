/** The reading store: where readings and events are kept for years (InfluxDB 1.x, or DuckDB embedded). */

export interface Reading {
  readonly machine: string;
  readonly sensor: string;
  /** Epoch ms. */
  readonly ts: number;
  readonly value: number;
}

export interface StoredEvent {
  readonly machine: string;
  readonly ts: number;
  readonly code: string;
  readonly text: string;
}

/** Envelope of the readings with time in [t, t + width). */
export interface Bucket {
  readonly t: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly count: number;
}

/** The courses of several sensors as buckets of one width, ms; empty ones are left out, every sensor asked for has an entry. */
export interface Envelope {
  readonly width: number;
  readonly sensors: ReadonlyMap<string, readonly Bucket[]>;
}

/** What the store refused for good; everything else of the batch is stored. */
export interface Refused {
  readonly reading: Reading | StoredEvent;
  readonly detail: string;
}

export interface RangeQuery {
  readonly machine: string;
  readonly sensors: readonly string[];
  /** [from, to), epoch ms. */
  readonly from: number;
  readonly to: number;
}

export interface BucketQuery extends RangeQuery {
  /** Most there may be. */
  readonly buckets: number;
}

/** One sensor of one machine. */
export interface SeriesName {
  readonly machine: string;
  readonly sensor: string;
}

export interface ScanQuery {
  readonly series: readonly SeriesName[];
  /** [from, to), epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Ends the scan early: it rejects with the signal's reason, and the store stops working for it. */
  readonly signal?: AbortSignal;
}

/** Neighbouring readings by column, of equal length. */
export interface ScanBatch {
  /** Readings of the whole question, counted when it was asked. */
  readonly total: number;
  /** Place of each reading's series in the question. */
  readonly series: ArrayLike<number>;
  readonly ts: Float64Array;
  readonly value: Float64Array;
}

export interface EventQuery {
  readonly machine: string;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** These alone; left out: whatever their code. */
  readonly codes?: readonly string[];
  /** All but these. */
  readonly without?: readonly string[];
  /** The last `limit` of the range instead of the first; oldest first all the same. */
  readonly newest?: true;
}

export interface ReadingStore {
  start(): Promise<void>;
  /**
   * Stores a batch; the same reading again (machine, sensor, ts) overwrites, the last of a batch wins. Resolves once durable.
   * Throws StoreUnavailable when nothing is known to be stored and the whole batch must be tried again.
   */
  write(readings: readonly Reading[], events: readonly StoredEvent[]): Promise<readonly Refused[]>;
  /**
   * Buckets of equal width over the range, counted from its begin. Wide ones may be cut at whole minutes or hours: there may be
   * fewer then, and the first begins before the range; it holds readings of the range alone as long as raw ones are kept.
   */
  buckets(query: BucketQuery): Promise<Envelope>;
  /** Since when raw readings are kept, epoch ms; undefined: all of them. */
  rawFrom(): Promise<number | undefined>;
  /** Raw values of one sensor in order of time, `limit` at most, from `from` on. */
  raw(query: {
    machine: string;
    sensor: string;
    from: number;
    to: number;
    limit: number;
  }): Promise<readonly (readonly [number, number])[]>;
  /**
   * All readings of many series in order of time, those of one time in any order, a piece at a time; whoever has enough stops
   * asking. Series nobody knows have none.
   */
  scan(query: ScanQuery): AsyncIterable<ScanBatch>;
  /** Oldest reading in the range of every sensor of these machines. */
  oldest(query: { machines: readonly string[]; from: number; to: number }): Promise<readonly Reading[]>;
  /** Newest value of every sensor of these machines (all where left out). */
  latest(machines?: readonly string[]): Promise<readonly Reading[]>;
  /** Events of one machine in order of time, `limit` at most. */
  events(query: EventQuery): Promise<readonly StoredEvent[]>;
  /** Number of readings stored in the range, for checks of completeness. */
  count(query?: { machine?: string; from?: number; to?: number }): Promise<number>;
  /** Resolves when the store answers; else throws StoreUnavailable saying what is wrong and what to do. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** The store cannot be reached or cannot write now; trying again later is right. Never carries credentials. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}
