import { type FolderLock, lockFolder } from '../process/lock.ts';
import { type Disk, type DiskFile, errorCode, nodeDisk, writeFully } from './disk.ts';
import { EndFile } from './end.ts';
import { readReleases, segmentPath } from './folder.ts';
import { type Entry, JournalFull, JournalUnavailable, type JournalWriter, type Position } from './port.ts';
import { RecordEncoder } from './record.ts';
import { recover, removeIfThere, type SegmentSize } from './recover.ts';

export interface JournalWriterOptions {
  readonly dir: string;
  /** A new segment is begun once the current one has this many bytes. */
  readonly segmentBytes?: number;
  /** Past this many bytes on disk nothing is taken (JournalFull) until readers have released old segments. */
  readonly limitBytes?: number;
  /** Readers that will come: nothing is deleted that they have not released, even before they first start. */
  readonly readers?: readonly string[];
  readonly disk?: Disk;
  /** Keeps other writers off the folder; rejects with FolderInUse where one has it. */
  readonly lock?: (dir: string) => Promise<FolderLock>;
}

/** What one write takes at most; a single larger append still goes in one. Below the gap a restart leaves. */
const BATCH_BYTES = 8 * 1024 * 1024;
/** How often, by the entries' time, segments all readers have released are looked for. */
const SWEEP_EVERY_MS = 5_000;

interface Call {
  readonly entries: readonly Entry[];
  readonly resolve: (end: Position) => void;
  readonly reject: (error: unknown) => void;
}

interface Active extends SegmentSize {
  readonly file: DiskFile;
  bytes: number;
}

/** The journal's writer over segment files. What is appended while the disk syncs goes into the next write together. */
export class FileJournalWriter implements JournalWriter {
  readonly #dir: string;
  readonly #segmentBytes: number;
  readonly #limitBytes: number;
  readonly #readers: readonly string[];
  readonly #disk: Disk;
  readonly #takeLock: (dir: string) => Promise<FolderLock>;
  readonly #encoder = new RecordEncoder();
  readonly #listeners = new Set<() => void>();
  readonly #endFile: EndFile;
  #lock: FolderLock | undefined;
  #closed: SegmentSize[] = [];
  #active: Active | undefined;
  #end: Position = 0;
  #at = 0;
  #sweptAt = 0;
  /** A write failed: bytes past the end may lie in the segment, to be cut before the next write. */
  #torn = false;
  #queue: Call[] = [];
  #committing: Promise<void> | undefined;
  #state: 'new' | 'open' | 'closed' = 'new';

  constructor(options: JournalWriterOptions) {
    this.#dir = options.dir;
    this.#segmentBytes = options.segmentBytes ?? 64 * 1024 * 1024;
    this.#limitBytes = options.limitBytes ?? 16 * 1024 * 1024 * 1024;
    this.#readers = options.readers ?? [];
    this.#disk = options.disk ?? nodeDisk;
    this.#takeLock = options.lock ?? ((dir) => lockFolder(dir, 'journal'));
    this.#endFile = new EndFile(this.#disk, this.#dir);
    if (this.#limitBytes < 2 * this.#segmentBytes) {
      throw new RangeError(
        `journal limit of ${this.#limitBytes} bytes: at least two segments of ${this.#segmentBytes} bytes`,
      );
    }
  }

  /** Takes the folder's lock (FolderInUse if another process has it), mends a torn tail, and opens for appending. */
  async start(): Promise<void> {
    if (this.#state !== 'new') throw new Error('a journal writer is started once');
    const lock = await this.#takeLock(this.#dir);
    try {
      const { segments, end } = await recover(this.#disk, this.#dir);
      this.#closed = segments;
      this.#end = end.position;
      this.#at = end.at;
      this.#endFile.publish({ position: this.#end, at: this.#at });
      // A reader that follows may take this end for its position at once: no power cut may lead it back.
      await this.#endFile.sync();
    } catch (error) {
      await lock.release();
      throw this.#unavailable(error);
    }
    this.#lock = lock;
    this.#state = 'open';
  }

  append(entries: readonly Entry[]): Promise<Position> {
    if (this.#state !== 'open') return Promise.reject(new Error(`the journal ${this.#dir} is not open`));
    if (entries.length === 0) return Promise.resolve(this.#end);
    return new Promise((resolve, reject) => {
      this.#queue.push({ entries, resolve, reject });
      this.#committing ??= this.#commit();
    });
  }

  end(): Position {
    return this.#end;
  }

  /** Bytes on disk and the limit, for metrics. */
  usage(): { readonly bytes: number; readonly limitBytes: number; readonly segments: number } {
    const segments = this.#active === undefined ? this.#closed : [...this.#closed, this.#active];
    return { bytes: this.#bytes(), limitBytes: this.#limitBytes, segments: segments.length };
  }

  /** Calls `listener` after each commit; returns how to stop that. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Commits what was appended, then closes. */
  async stop(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    await this.#committing;
    await this.#endFile.close();
    // A failed cut leaves bytes that were refused; at worst the next start takes them for stored.
    if (this.#torn) await this.#active?.file.truncate(this.#active.bytes).catch(() => undefined);
    await this.#active?.file.close();
    await this.#lock?.release();
  }

  async #commit(): Promise<void> {
    // A moment later, so that all that is appended in one go shares one write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const at = this.#at;
      const calls = this.#encodeQueued();
      if (calls.length === 0) continue;
      try {
        await this.#write(this.#encoder.bytes.subarray(0, this.#encoder.size));
      } catch (error) {
        this.#at = at;
        const reason = this.#unavailable(error);
        for (const call of calls) call.reject(reason);
        continue;
      }
      this.#endFile.publish({ position: this.#end, at: this.#at });
      for (const call of calls) call.resolve(this.#end);
      for (const listener of this.#listeners) listener();
      await this.#sweepSometimes();
    }
    this.#committing = undefined;
  }

  /** Takes calls from the queue into the encoder; one that cannot be encoded is refused alone. */
  #encodeQueued(): Call[] {
    this.#encoder.size = 0;
    const calls: Call[] = [];
    let taken = 0;
    for (const call of this.#queue) {
      if (calls.length > 0 && this.#encoder.size >= BATCH_BYTES) break;
      taken++;
      const { size } = this.#encoder;
      const at = this.#at;
      try {
        for (const entry of call.entries) {
          this.#at = Math.max(this.#at, Math.floor(entry.at));
          this.#encoder.add(entry, this.#at, this.#end + this.#encoder.size);
        }
        calls.push(call);
      } catch (error) {
        this.#encoder.size = size;
        this.#at = at;
        call.reject(error);
      }
    }
    this.#queue.splice(0, taken);
    return calls;
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#makeRoom(bytes.length);
    if (this.#active !== undefined && this.#active.bytes >= this.#segmentBytes) await this.#closeActive();
    this.#active ??= await this.#openSegment();
    const active = this.#active;
    if (this.#torn) await active.file.truncate(active.bytes);
    this.#torn = true;
    await writeFully(active.file, bytes, active.bytes);
    await active.file.sync();
    this.#torn = false;
    active.bytes += bytes.length;
    this.#end += bytes.length;
  }

  async #openSegment(): Promise<Active> {
    const file = await this.#disk.open(segmentPath(this.#dir, this.#end), 'write');
    try {
      // Left by an attempt that failed before anything was acknowledged.
      if ((await file.size()) > 0) await file.truncate(0);
      await this.#disk.syncFolder(this.#dir);
    } catch (error) {
      await file.close();
      throw error;
    }
    return { base: this.#end, bytes: 0, file };
  }

  async #closeActive(): Promise<void> {
    const active = this.#active;
    if (active === undefined) return;
    if (this.#torn) await active.file.truncate(active.bytes);
    this.#torn = false;
    this.#active = undefined;
    if (active.bytes > 0) this.#closed.push({ base: active.base, bytes: active.bytes });
    await active.file.close();
  }

  #bytes(): number {
    return this.#closed.reduce((sum, segment) => sum + segment.bytes, this.#active?.bytes ?? 0);
  }

  async #makeRoom(bytes: number): Promise<void> {
    if (this.#bytes() + bytes <= this.#limitBytes) return;
    await this.#sweep();
    if (this.#bytes() + bytes <= this.#limitBytes) return;
    const releases = await this.#releases();
    const [slowest, position] = [...releases].sort((a, b) => a[1] - b[1])[0] ?? ['none has registered', 0];
    if (releases.size > 0 && position >= this.#end) {
      await this.#closeActive();
      await this.#sweep();
      if (this.#bytes() + bytes <= this.#limitBytes) return;
    }
    throw new JournalFull(
      `The journal ${this.#dir} has reached its limit of ${this.#limitBytes} bytes because its readers are behind (the furthest: ${slowest}, at ${position} of ${this.#end}). Nothing is lost while the broker keeps the messages; see why that reader does not go on, or raise the limit.`,
    );
  }

  async #sweepSometimes(): Promise<void> {
    if (this.#at - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = this.#at;
    // Failing to delete costs room only; the next sweep tries again, and a full journal says so.
    await this.#sweep().catch(() => undefined);
  }

  /** Deletes closed segments that every registered reader has released; none while no reader has registered. */
  async #sweep(): Promise<void> {
    const releases = await this.#releases();
    if (releases.size === 0) return;
    const released = Math.min(...releases.values());
    for (let oldest = this.#closed[0]; oldest !== undefined; oldest = this.#closed[0]) {
      const following = this.#closed[1]?.base ?? this.#active?.base ?? this.#end;
      if (following > released) return;
      await removeIfThere(this.#disk, segmentPath(this.#dir, oldest.base));
      this.#closed.shift();
    }
  }

  async #releases(): Promise<Map<string, Position>> {
    const releases = await readReleases(this.#disk, this.#dir);
    for (const name of this.#readers) if (!releases.has(name)) releases.set(name, 0);
    return releases;
  }

  #unavailable(error: unknown): Error {
    if (error instanceof JournalUnavailable) return error;
    const code = errorCode(error);
    const mend =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'the disk is full: free space there, writing then goes on by itself'
        : 'see that the folder is writable and the disk is sound, writing then goes on by itself';
    return new JournalUnavailable(`The journal ${this.#dir} cannot be written (${code}): ${mend}.`, code, error);
  }
}
