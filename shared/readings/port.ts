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

export interface ReadingStore {
  start(): Promise<void>;
  /**
   * Stores a batch; the same reading again (machine, sensor, ts) overwrites, the last of a batch wins. Resolves once durable.
   * Throws StoreUnavailable when nothing is known to be stored and the whole batch must be tried again.
   */
  write(readings: readonly Reading[], events: readonly StoredEvent[]): Promise<readonly Refused[]>;
  /** Buckets of equal width over the range, empty ones left out; every sensor asked for has an entry. */
  buckets(query: RangeQuery & { readonly buckets: number }): Promise<ReadonlyMap<string, readonly Bucket[]>>;
  /** Raw values of one sensor in order of time, `limit` at most, from `from` on. */
  raw(query: {
    machine: string;
    sensor: string;
    from: number;
    to: number;
    limit: number;
  }): Promise<readonly (readonly [number, number])[]>;
  /** Newest value of every sensor of these machines (all where left out). */
  latest(machines?: readonly string[]): Promise<readonly Reading[]>;
  events(query: { machine: string; from: number; to: number; limit: number }): Promise<readonly StoredEvent[]>;
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
