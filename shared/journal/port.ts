/**
 * The journal: the one durable, ordered record of everything that came in. Ingest appends, everything downstream reads with
 * a position of its own.
 */

/** A place in the journal: the byte where an entry begins. Grows, never reused; `0` is before the first entry. */
export type Position = number;

/**
 * `message`: what a machine sent. `tick`: the server's clock, once a second. `config`: from here on configuration version N
 * holds (payload `{"version":N}`), so that the past can be recomputed.
 */
export type EntryKind = 'message' | 'tick' | 'config';

export interface Entry {
  readonly kind: EntryKind;
  /** Time of receipt, epoch ms; the journal keeps it from falling. */
  readonly at: number;
  /** MQTT topic of a message, else empty. */
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface JournalRecord extends Entry {
  readonly position: Position;
  /** Where the following record begins: the position to commit once this one is done with. */
  readonly next: Position;
}

export interface JournalBatch {
  readonly records: readonly JournalRecord[];
  /** Where to read on; equal to the position asked for when there was nothing. */
  readonly next: Position;
  /** Bytes that could not be read (damage on disk), skipped and told once. */
  readonly damagedBytes: number;
}

/** The one writer; a second one on the same folder is refused at `start`. */
export interface JournalWriter {
  start(): Promise<void>;
  /**
   * Appends in order and resolves with the journal's end when all entries are on disk (group commit, fdatasync).
   * Rejects with JournalUnavailable when the disk refuses (full, I/O error) and with JournalFull past its limit: nothing of
   * the call counts as stored then, and the caller calls again.
   */
  append(entries: readonly Entry[]): Promise<Position>;
  /** End of what is durable. */
  end(): Position;
  stop(): Promise<void>;
}

/** Reads from the same process or another one on the same host; any number of them. */
export interface JournalReader {
  /** Records from `from` on, about `maxBytes` of them at most (at least one if there is one). */
  read(from: Position, maxBytes?: number): Promise<JournalBatch>;
  /** Resolves when there is something past `from`, when `timeoutMs` has passed or the signal aborts; never rejects. */
  wait(from: Position, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Position of the oldest record kept. */
  begin(): Promise<Position>;
  /** End of what can be read now. */
  end(): Promise<Position>;
  /** Says that the reader `name` needs nothing before `position` any more; segments before every reader's are deleted. */
  release(name: string, position: Position): Promise<void>;
  stop(): Promise<void>;
}
