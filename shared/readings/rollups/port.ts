/** Readings rolled up by minute and by hour beside the raw ones, as both reading stores keep them. */
import type { RangeQuery, ReadingStore, SeriesName } from '../port.ts';
import type { Span } from '../spans.ts';

export type Unit = 'minute' | 'hour';

export const UNIT_MS: Readonly<Record<Unit, number>> = { minute: 60_000, hour: 3_600_000 };

/** What begins before any reading: the whole hour before the oldest time a store keeps. */
export const FIRST = -9_223_372_800_000;

/** How far rolling up has come; all times are whole hours, epoch ms. */
export interface RollupState {
  /** [from, to) is rolled up for every machine, except the hours marked. */
  readonly from: number;
  readonly to: number;
  /** Raw readings before were given up, so were rollups by minute; FIRST: none. */
  readonly rawFrom: number;
  readonly minutesFrom: number;
}

/** An hour of a machine that is rolled up and got readings since. */
export interface Mark {
  readonly machine: string;
  /** Begin, epoch ms. */
  readonly hour: number;
}

/** Buckets of `width` ms, counted from `start`. */
export interface Grid {
  readonly start: number;
  readonly width: number;
}

/** What is known of the readings of one bucket that lie in a part of the range. */
export interface Share {
  /** Number of the bucket. */
  readonly place: number;
  readonly min: number;
  readonly max: number;
  /** Not finite, or none, where it is larger than any number. */
  readonly sum: number;
  readonly count: number;
}

/** What is rolled up of one sensor in one unit of time. */
export interface Rolled extends SeriesName {
  /** Begin, epoch ms. */
  readonly t: number;
  readonly min: number;
  readonly max: number;
  /** Not finite where it is larger than any number. */
  readonly sum: number;
  readonly count: number;
}

/** Everything older than these, epoch ms; left out: nothing. */
export interface Outdated {
  readonly readings?: number;
  readonly minutes?: number;
  readonly hours?: number;
  readonly events?: number;
}

/** Each call rejects with StoreUnavailable, and may be made again as it is. */
export interface Rollups {
  /** Undefined before the first `save`. */
  state(): Promise<RollupState | undefined>;
  save(state: RollupState): Promise<void>;
  /** The oldest `limit` marks, or those of one machine in a range. */
  marks(of: { readonly limit: number } | (Span & { readonly machine: string })): Promise<readonly Mark[]>;
  mark(marks: readonly Mark[]): Promise<void>;
  clear(marks: readonly Mark[]): Promise<void>;
  /** Rolls up whole hours, of one machine or of all; what was rolled up before is replaced. */
  rollUp(span: Span, machine?: string): Promise<void>;
  /** Shares of the buckets, of what is rolled up in whole units of the range. Every sensor asked for has an entry. */
  rolled(unit: Unit, query: RangeQuery, grid: Grid): Promise<ReadonlyMap<string, readonly Share[]>>;
  /** Every sensor that is rolled up by hour before `ts`, with the begin of the first hour. */
  firsts(ts: number): Promise<readonly (SeriesName & { readonly t: number })[]>;
  /** Puts rows of another store in, where this one has none. */
  put(unit: Unit, rows: readonly Rolled[]): Promise<void>;
  /** Shares of the buckets, of the raw readings in the range. */
  raw(query: RangeQuery, grid: Grid): Promise<ReadonlyMap<string, readonly Share[]>>;
  /** Time of the newest reading before `ts`, whatever its machine. */
  newestBefore(ts: number): Promise<number | undefined>;
  /** How long the store itself keeps raw readings, ms; undefined: until they are removed. */
  ownLimit(): Promise<number | undefined>;
  remove(outdated: Outdated): Promise<void>;
}

/** A reading store whose readings can be rolled up. */
export interface RollableStore extends ReadingStore {
  readonly rollups: Rollups;
}

/** Since when raw readings are kept; undefined: all of them. */
export function rawFromOf(state: RollupState | undefined): number | undefined {
  return state && state.rawFrom > FIRST ? state.rawFrom : undefined;
}
