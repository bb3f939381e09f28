/**
 * The journal: the one durable, ordered record of everything that came in. Ingest appends, everything downstream reads with
 * a position of its own.
 */

/** A place in the journal: the byte where an entry begins. Grows, never reused; `0` is before the first entry. */
export type Position = number;

/**
 * `message`: what a machine sent. `tick`: the server's clock, once a second. `config`: from here on configuration version N
 * holds (payload `{"version":N}`), so that the past can be recomputed. `note`: what ingest learned of the way the messages
 * come (telemetry/note.ts).
 */
export type EntryKind = 'message' | 'tick' | 'config' | 'note';

export interface Entry {
  readonly kind: EntryKind;
  /** Time of receipt, epoch ms; the journal keeps it from falling. */
  readonly at: number;
  /** MQTT topic of a message, else empty. */
  readonly topic: string;
  /** At most MAX_PAYLOAD bytes. */
  readonly payload: Uint8Array;
}

/** Longest payload the journal takes, in bytes; a longer one is a mistake of the caller (RangeError, nothing stored). */
export const MAX_PAYLOAD = 512 * 1024;

/** A record as read. The payload is a view into the batch's buffer: copy it to keep it longer than the batch. */
export interface JournalRecord extends Entry {
  readonly position: Position;
  /** Where the following record begins: the position to commit once this one is done with. */
  readonly next: Position;
}

export interface JournalBatch {
  readonly records: readonly JournalRecord[];
  /**
   * Where to read on. Equal to the position asked for when there was nothing, except that it steps over what holds no
   * records: the gap a restart of the writer leaves, damage, segments already deleted.
   */
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
   * the call counts as stored then, and the caller calls again. No entries: resolves at once.
   */
  append(entries: readonly Entry[]): Promise<Position>;
  /** End of what is durable. */
  end(): Position;
  stop(): Promise<void>;
}

/** Reads from the same process or another one on the same host; any number of them. */
export interface JournalReader {
  /**
   * Records from `from` on, about `maxBytes` of them at most (at least one if there is one); only what is durable is seen.
   * Rejects with JournalUnavailable when the disk refuses, with PositionUnknown when `from` lies past the journal's end.
   */
  read(from: Position, maxBytes?: number): Promise<JournalBatch>;
  /** Resolves when there is something past `from`, when `timeoutMs` has passed or the signal aborts; never rejects. */
  wait(from: Position, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** Position of the oldest record kept. */
  begin(): Promise<Position>;
  /** End of what can be read now. */
  end(): Promise<Position>;
  /**
   * Whether the position is one of this journal's, not one of another journal that lay here before. A power cut may leave an
   * `end()` behind positions that were read; the writer tells the true one when it starts.
   */
  holds(position: Position): Promise<boolean>;
  /**
   * Says that the reader `name` needs nothing before `position` any more; segments before every reader's are deleted. Call
   * it once before reading, so that nothing is deleted which the reader has not seen yet.
   */
  release(name: string, position: Position): Promise<void>;
  stop(): Promise<void>;
}

/** The disk refuses (full, I/O error, read-only): nothing of the call counts as stored, call again later. */
export class JournalUnavailable extends Error {
  override readonly name: string = 'JournalUnavailable';
  /** `ENOSPC`, `EIO`, … or `FULL` for the journal's own limit. */
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The journal has reached its limit because a reader is behind; heals when that reader goes on. */
export class JournalFull extends JournalUnavailable {
  override readonly name = 'JournalFull';

  constructor(message: string) {
    super(message, 'FULL');
  }
}

/** A position past the journal's end was asked for: it belongs to another journal than the one in this folder. */
export class PositionUnknown extends Error {
  override readonly name = 'PositionUnknown';
  readonly begin: Position;
  readonly end: Position;

  constructor(message: string, begin: Position, end: Position) {
    super(message);
    this.begin = begin;
    this.end = end;
  }
}
