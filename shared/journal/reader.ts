import { type Disk, errorCode, nodeDisk, readFully, readText } from './disk.ts';
import { endPath, listSegments, parseEnd, segmentPath, writeRelease } from './folder.ts';
import { Follower, type JournalEnd } from './follow.ts';
import {
  type JournalBatch,
  type JournalReader,
  type JournalRecord,
  JournalUnavailable,
  type Position,
  PositionUnknown,
} from './port.ts';
import { decodeRecord, MAX_RECORD, recordIsSound, recordLength } from './record.ts';
import { GAP } from './recover.ts';
import { findRecord, type Segment } from './scan.ts';

export interface JournalReaderOptions {
  readonly dir: string;
  /** The writer where it runs in this process: its end is known and followed without looking at the disk. */
  readonly writer?: JournalEnd;
  readonly disk?: Disk;
}

const READ_BYTES = 1024 * 1024;

interface OpenSegment extends Segment {
  /** Where the next segment begins; undefined while this is the newest. */
  readonly following: Position | undefined;
}

/** Reads a journal of segment files, in the writer's process or another. Calls of `read` do not overlap. */
export class FileJournalReader implements JournalReader {
  readonly #dir: string;
  readonly #disk: Disk;
  readonly #writer: JournalEnd | undefined;
  readonly #follower: Follower;
  #bases: Position[] = [];
  #open: OpenSegment | undefined;
  #lastEnd: Position = 0;
  readonly #released = new Map<string, { latest: Position; written: Position }>();

  constructor(options: JournalReaderOptions) {
    this.#dir = options.dir;
    this.#disk = options.disk ?? nodeDisk;
    this.#writer = options.writer;
    this.#follower = new Follower(endPath(options.dir), () => this.end(), options.writer);
  }

  async read(from: Position, maxBytes = READ_BYTES): Promise<JournalBatch> {
    try {
      return await this.#read(from, maxBytes);
    } catch (error) {
      if (error instanceof PositionUnknown) throw error;
      await this.#closeSegment();
      const code = errorCode(error);
      throw new JournalUnavailable(
        `The journal ${this.#dir} cannot be read (${code}): see that the folder is readable and the disk is sound.`,
        code,
        error,
      );
    }
  }

  wait(from: Position, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    return this.#follower.wait(from, timeoutMs, signal);
  }

  async begin(): Promise<Position> {
    this.#bases = await listSegments(this.#disk, this.#dir);
    return this.#bases[0] ?? (await this.end());
  }

  async end(): Promise<Position> {
    if (this.#writer !== undefined) return this.#writer.end();
    // Half-written while we look: what was known before still holds.
    const published = parseEnd((await readText(this.#disk, endPath(this.#dir))) ?? '');
    if (published !== undefined) this.#lastEnd = published.position;
    return this.#lastEnd;
  }

  async holds(position: Position): Promise<boolean> {
    if (position <= (await this.end())) return true;
    if (this.#writer !== undefined) return false;
    // What was read had been synced, so the newest segment begins behind it or has the bytes up to there.
    const base = (await listSegments(this.#disk, this.#dir)).at(-1);
    if (base === undefined) return false;
    const file = await this.#disk.open(segmentPath(this.#dir, base), 'read');
    try {
      return position <= base + (await file.size());
    } finally {
      await file.close();
    }
  }

  /** On disk once the position has reached another segment, and at `stop`: only whole segments are ever deleted. */
  async release(name: string, position: Position): Promise<void> {
    const known = this.#released.get(name);
    if (position > (this.#bases.at(-1) ?? -1)) this.#bases = await listSegments(this.#disk, this.#dir);
    if (known !== undefined && this.#segmentAt(known.written) === this.#segmentAt(position)) {
      known.latest = position;
      return;
    }
    await writeRelease(this.#disk, this.#dir, name, position);
    this.#released.set(name, { latest: position, written: position });
  }

  async stop(): Promise<void> {
    this.#follower.stop();
    await this.#closeSegment();
    for (const [name, { latest, written }] of this.#released) {
      if (latest !== written) await writeRelease(this.#disk, this.#dir, name, latest);
    }
    this.#released.clear();
  }

  async #read(from: Position, maxBytes: number): Promise<JournalBatch> {
    const end = await this.end();
    if (from > end) throw await this.#unknown(from, end);
    let damagedBytes = 0;
    let position = from;
    while (position < end) {
      const segment = await this.#segment(position);
      if (segment === undefined) return { records: [], next: end, damagedBytes };
      const { base, file } = segment;
      const following = Math.min(end, segment.following ?? end);
      const limit = Math.min(await file.size(), following - base);
      const offset = Math.max(position, base) - base;
      if (offset >= limit) {
        // A hole smaller than the gap of a restart is bytes that someone cut off.
        const hole = following - base - offset;
        if (hole < GAP) damagedBytes += hole;
        position = following;
        continue;
      }
      const records = await readRecords(segment, offset, limit, maxBytes);
      const last = records.at(-1);
      if (last !== undefined) return { records, next: last.next, damagedBytes };
      const sound = await findRecord(segment, offset + 1, limit);
      damagedBytes += sound - offset;
      position = base + sound;
    }
    return { records: [], next: position, damagedBytes };
  }

  /** The segment that holds the position, or the first one behind it; undefined if there is neither. */
  async #segment(position: Position): Promise<OpenSegment | undefined> {
    const open = this.#open;
    if (open !== undefined && position >= open.base && position < (open.following ?? 0)) return open;
    // The newest segment known may have got a successor.
    for (let attempt = 0; ; attempt++) {
      this.#bases = await listSegments(this.#disk, this.#dir);
      const index = Math.max(
        0,
        this.#bases.findLastIndex((base) => base <= position),
      );
      const base = this.#bases[index];
      if (base === undefined) return undefined;
      try {
        return await this.#openSegment(base, this.#bases[index + 1]);
      } catch (error) {
        // Deleted since it was listed.
        if (errorCode(error) !== 'ENOENT' || attempt >= 3) throw error;
      }
    }
  }

  async #openSegment(base: Position, following: Position | undefined): Promise<OpenSegment> {
    const open = this.#open;
    if (open?.base === base) {
      this.#open = { ...open, following };
      return this.#open;
    }
    await this.#closeSegment();
    const file = await this.#disk.open(segmentPath(this.#dir, base), 'read');
    this.#open = { base, file, following };
    return this.#open;
  }

  #segmentAt(position: Position): Position | undefined {
    return this.#bases.findLast((base) => base <= position);
  }

  async #closeSegment(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.close().catch(() => undefined);
  }

  async #unknown(from: Position, end: Position): Promise<PositionUnknown> {
    const begin = await this.begin();
    return new PositionUnknown(
      `Position ${from} lies past the end ${end} of the journal ${this.#dir}: the folder was replaced or emptied. Put it back, or go on from its begin (${begin}).`,
      begin,
      end,
    );
  }
}

/** Sound records from `offset` on, about `maxBytes` of them; none if the bytes at `offset` are not a record. */
async function readRecords(
  segment: Segment,
  offset: number,
  limit: number,
  maxBytes: number,
): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  const available = limit - offset;
  for (const wanted of new Set([Math.min(available, maxBytes), Math.min(available, MAX_RECORD)])) {
    const buffer = Buffer.allocUnsafeSlow(wanted);
    const bytes = buffer.subarray(0, await readFully(segment.file, buffer, offset));
    for (let at = 0; at < bytes.length; ) {
      const length = recordLength(bytes, at);
      const position = segment.base + offset + at;
      if (!(length > 0) || at + length > bytes.length || !recordIsSound(bytes, at, length, position)) break;
      records.push(decodeRecord(bytes, at, length, position));
      at += length;
    }
    if (records.length > 0) break;
  }
  return records;
}
