/**
 * The journal's reader that fills the reading store. It skips nothing: while the store is away it waits and tries again. Its
 * checkpoint lies behind what is stored; what is stored twice after a crash overwrites itself.
 */
import { type Disk, nodeDisk } from '#shared/journal/disk.ts';
import type { JournalReader, Position } from '#shared/journal/port.ts';
import { HOUSE } from '#shared/model/house.ts';
import type { Log } from '#shared/process/log.ts';
import type { ReadingStore, Refused } from '#shared/readings/port.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { addCounts, type Counts, noCounts } from './counters.ts';
import { Patience, type Trouble } from './patience.ts';
import { Batch, type Configurations, Translator } from './translator.ts';

/** The writer's name among the journal's readers. */
const NAME = 'writer';
/** Readings after which a batch is full. */
const FULL_BATCH = 4_000;
/** Bytes of the journal after which it is full whatever came of them. */
const FULL_BYTES = 4 * 1024 * 1024;
/** Read at once: what it holds is interpreted in one go, in some ten ms. */
const READ_BYTES = 256 * 1024;
/** A smaller batch is followed by a pause in which more can come together. */
const SMALL_BATCH = 1_000;
const PAUSE_MS = 200;
/** Between two checkpoints at least; where nothing was stored, this much more. */
const CHECKPOINT_MS = 1_000;
const IDLE_CHECKPOINT_MS = 10_000;

export interface WriterParts {
  /** The writer's own: it stops it. */
  readonly journal: JournalReader;
  /** Started and stopped by its owner. */
  readonly store: Pick<ReadingStore, 'write'>;
  readonly configurations: Configurations;
  /** First level of the topics. */
  readonly prefix: string;
  /** What a machine may say a second; without limit where undefined. */
  readonly readingsPerSecond?: number | undefined;
  /** Of the checkpoint: DATA_DIR/writer.json. */
  readonly file: string;
  /** Where the checkpoint lies. */
  readonly disk?: Disk;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
  /** Told of each batch that is done with: what was counted, and what the store refused. */
  readonly done?: (counts: Readonly<Counts>, refused: readonly Refused[]) => void;
}

export interface WriterState {
  /** Everything before is stored. */
  readonly position: Position;
  /** How much of the journal is not: its bytes, and how long ago its first entry was received. */
  readonly lagBytes: number;
  readonly lagMs: number;
  /** When the newest heartbeat that is stored was received, epoch ms; undefined before the first. */
  readonly beatAt: number | undefined;
  /** What the writer waits for; undefined while it goes on. */
  readonly trouble: Trouble | undefined;
  readonly counts: Readonly<Counts>;
}

export class Writer {
  readonly name = 'writer';
  readonly #parts: WriterParts;
  readonly #ending = new AbortController();
  readonly #patience: Patience;
  readonly #disk: Disk;
  readonly #counts = noCounts();
  #running: Promise<void> | undefined;
  #position: Position = 0;
  #end: Position = 0;
  /** Time of receipt of the newest entry that is stored. */
  #storedAt = 0;
  #beatAt: number | undefined;
  /** When the next checkpoint may be written: a large one, slow to write, waits longer. */
  #checkpointFrom = 0;
  #storedSinceCheckpoint = false;
  /** Of the last checkpoint written by this process. */
  #savedPosition: Position | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    const { clock, log, disk = nodeDisk } = parts;
    this.#disk = disk;
    this.#patience = new Patience({ clock, log, signal: this.#ending.signal });
  }

  /** Goes on where the checkpoint stands. Throws where it cannot be read; waits for everything else by itself. */
  async start(): Promise<void> {
    const saved = await readCheckpoint(this.#parts.file, this.#disk);
    this.#position = saved?.position ?? 0;
    this.#storedAt = this.#parts.clock();
    this.#running = this.#run(saved);
  }

  /** Finishes the batch in flight where the store takes it; what remains is in the journal. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await this.#parts.journal.stop();
  }

  state(): WriterState {
    const lagBytes = Math.max(0, this.#end - this.#position);
    const lagMs = lagBytes === 0 ? 0 : Math.max(0, this.#parts.clock() - this.#storedAt);
    const { rejected, ...counts } = this.#counts;
    return {
      position: this.#position,
      lagBytes,
      lagMs,
      beatAt: this.#beatAt,
      trouble: this.#patience.trouble,
      counts: { ...counts, rejected: { ...rejected } },
    };
  }

  /** Begins again at the last checkpoint after what nobody foresaw. */
  async #run(saved: Checkpoint | undefined): Promise<void> {
    const { file, log } = this.#parts;
    for (let from = saved; ; ) {
      try {
        return await this.#follow(from);
      } catch (error) {
        if (this.#ending.signal.aborted) return;
        log.error({ err: error }, 'the writer failed; it begins again at its checkpoint');
        await this.#patience.pause(PAUSE_MS);
        from = await this.#patience.until(() => readCheckpoint(file, this.#disk));
      }
    }
  }

  /** While a batch is being stored the next one is interpreted. */
  async #follow(saved: Checkpoint | undefined): Promise<void> {
    const { journal } = this.#parts;
    const { signal } = this.#ending;
    let position = await this.#patience.until(() => this.#begin(saved?.position));
    const from = saved?.position === position ? saved : position;
    const translator = await this.#patience.until(() => Translator.open(this.#parts, from));
    let storing = Promise.resolve();
    try {
      while (!signal.aborted) {
        const { batch, next } = await this.#gather(translator, position);
        const checkpoint = this.#checkpointDue(batch) ? translator.checkpoint(next) : undefined;
        await storing;
        if (next === position) {
          // A journal that is full grows again only when we say what we are done with.
          if (checkpoint && next !== this.#savedPosition) await this.#save(checkpoint);
          await journal.wait(position, 1_000, signal);
          continue;
        }
        position = next;
        storing = this.#store(batch, next, checkpoint);
        // Awaited with the next batch; until then a failure must not end the process.
        storing.catch(() => undefined);
        if (batch.readings.length < SMALL_BATCH) await this.#patience.pause(PAUSE_MS);
      }
      await storing;
      await this.#save(translator.checkpoint(position));
    } finally {
      await storing.catch(() => undefined);
    }
  }

  /** Where to read from. A journal that ends before our position is another one: it is read from its begin. */
  async #begin(saved: Position | undefined): Promise<Position> {
    const { journal, log } = this.#parts;
    const begin = await journal.begin();
    const position = saved ?? begin;
    this.#end = await journal.end();
    if (position <= this.#end) {
      await journal.release(NAME, position);
      this.#position = position;
      return position;
    }
    log.warn({ position, end: this.#end }, 'the journal is another one than before: it is stored from its begin');
    await journal.release(NAME, begin);
    this.#position = begin;
    return begin;
  }

  async #gather(translator: Translator, from: Position): Promise<{ batch: Batch; next: Position }> {
    const { journal, log } = this.#parts;
    const batch = new Batch();
    for (let next = from; ; ) {
      const read = await this.#patience.until(() => this.#read(next));
      this.#end = Math.max(await journal.end(), read.next);
      if (read.damagedBytes > 0) {
        log.error({ position: next, bytes: read.damagedBytes }, 'part of the journal is damaged and was skipped');
        batch.counts.damagedBytes += read.damagedBytes;
      }
      for (const record of read.records) {
        const version = translator.configurationWanted(record);
        if (version !== undefined) await this.#configure(translator, version);
        translator.translate(record, batch);
      }
      const drained = read.next === next;
      next = read.next;
      const isFull = batch.readings.length + batch.events.length >= FULL_BATCH || next - from >= FULL_BYTES;
      if (drained || isFull || this.#ending.signal.aborted) return { batch, next };
    }
  }

  #read(from: Position): ReturnType<JournalReader['read']> {
    return this.#parts.journal.read(from, READ_BYTES);
  }

  async #configure(translator: Translator, version: number): Promise<void> {
    const { configurations, log } = this.#parts;
    const configuration = await this.#patience.until(() => configurations.byVersion(version));
    if (configuration) translator.configure(configuration);
    else
      log.error(
        { version },
        'the journal names a configuration the database does not know; the one before goes on to hold',
      );
  }

  async #store(batch: Batch, next: Position, checkpoint: Checkpoint | undefined): Promise<void> {
    const { store, journal, log, done } = this.#parts;
    const { readings, events, counts } = batch;
    const refused =
      readings.length + events.length === 0
        ? []
        : await this.#patience.until(async () => {
            this.#end = Math.max(this.#end, await journal.end());
            return store.write(readings, events);
          });
    if (refused.length > 0) {
      log.warn({ refused: refused.length, first: refused[0] }, 'the reading store refuses what it will never take');
    }
    const refusedReadings = refused.filter(({ reading }) => 'value' in reading).length;
    counts.refused = refused.length;
    counts.readings = readings.length - refusedReadings;
    counts.events = events.length - (refused.length - refusedReadings);
    this.#storedSinceCheckpoint ||= readings.length + events.length > 0;
    this.#position = next;
    if (batch.at > 0) this.#storedAt = batch.at;
    if (!refused.some(({ reading }) => reading.machine === HOUSE)) this.#beatAt = batch.beat ?? this.#beatAt;
    addCounts(this.#counts, counts);
    done?.(counts, refused);
    if (checkpoint) await this.#save(checkpoint);
  }

  #checkpointDue(batch: Batch): boolean {
    const isIdle = !this.#storedSinceCheckpoint && batch.readings.length + batch.events.length === 0;
    return this.#parts.clock() >= this.#checkpointFrom + (isIdle ? IDLE_CHECKPOINT_MS : 0);
  }

  /** A checkpoint that cannot be written now is written with a later batch: until then the journal keeps more. */
  async #save(checkpoint: Checkpoint): Promise<void> {
    const { file, journal, clock, log } = this.#parts;
    const began = clock();
    try {
      await writeCheckpoint(file, checkpoint, this.#disk);
      this.#storedSinceCheckpoint = false;
      this.#savedPosition = checkpoint.position;
      await journal.release(NAME, checkpoint.position);
    } catch (error) {
      log.warn({ err: error }, 'the checkpoint of the writer cannot be written; trying again');
    }
    const ended = clock();
    this.#checkpointFrom = ended + Math.max(CHECKPOINT_MS, 20 * (ended - began));
  }
}
