/** Ingest as a simulated process: the real journal, subscriber, intake and writer, put together as ingest/build.ts does. */
import type { MessageSource } from '#ingest/broker/port.ts';
import { Subscriber } from '#ingest/broker/subscriber.ts';
import { Intake } from '#ingest/intake.ts';
import { Writer } from '#ingest/writer/writer.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { FolderInUse } from '#shared/process/lock.ts';
import { SILENT } from './log.ts';
import { Process } from './process.ts';
import type { Site } from './site.ts';

export const JOURNAL_DIR = '/data/journal';
const LOOK_EVERY_MS = 5_000;

export class IngestProcess {
  readonly process: Process;
  readonly journal: FileJournalWriter;
  readonly #site: Site;
  readonly #writer: Writer;
  readonly #intake: Intake;
  #looking: { cancel(): void } | undefined;
  /** The journal can be read. */
  isOpen = false;
  isRunning = false;

  constructor(site: Site) {
    const { world, random, disk, broker, store, database, mutant } = site;
    this.#site = site;
    this.process = new Process(world, random.fork());
    const own = mutant?.disk?.(disk.mount(this.process)) ?? disk.mount(this.process);
    this.journal = new FileJournalWriter({
      dir: JOURNAL_DIR,
      disk: own,
      segmentBytes: site.segmentBytes,
      limitBytes: site.limitBytes,
      readers: ['writer', 'rules', 'observer'],
      lock: () => this.#lock(),
    });
    const open = broker.opener(this.process);
    const source: MessageSource = new Subscriber({
      url: 'mqtt://broker',
      clientId: 'house',
      prefix: 'machines',
      now: () => world.now,
      open: mutant?.open?.(open) ?? open,
      keepaliveSeconds: 4,
    });
    const mounted = store.mount(this.process);
    const clock = {
      now: () => world.now,
      every: (ms: number, work: () => void) => {
        const timer = world.every(ms, () => this.process.alive && work());
        return () => timer.cancel();
      },
    };
    this.#intake = new Intake({ source: mutant?.source?.(source) ?? source, journal: this.journal, clock });
    this.#writer = new Writer({
      journal: new FileJournalReader({ dir: JOURNAL_DIR, writer: this.journal, disk: own }),
      store: mutant?.store?.(mounted) ?? mounted,
      configurations: {
        byVersion: (version) => database.ask(this.process, () => database.byVersion(version)),
        at: (position) => database.ask(this.process, () => database.at(position)),
      },
      prefix: 'machines',
      readingsPerSecond: site.readingsPerSecond,
      file: '/data/writer.json',
      disk: own,
      clock: () => world.now,
      log: SILENT,
    });
  }

  /** Everything before is in the reading store. */
  get stored(): number {
    return this.#writer.state().position;
  }

  /** What reads the journal runs before anything is to be written: it may be full. */
  async start(): Promise<void> {
    await this.journal.start();
    await this.#writer.start();
    this.isOpen = true;
    await this.#configure(true);
    await this.#intake.start();
    const timer = this.#site.world.every(LOOK_EVERY_MS, () => void this.#configure(false).catch(() => undefined));
    this.#looking = timer;
    this.isRunning = true;
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    this.#looking?.cancel();
    await this.#intake.stop();
    await this.#writer.stop();
    await this.journal.stop();
    this.process.kill();
  }

  /** As the configurator does: what is new goes into the journal, at a start also the newest. */
  async #configure(newest: boolean): Promise<void> {
    const { database } = this.#site;
    if (!this.process.alive) return;
    const latest = database.configurations.length;
    const pending = await database.ask(this.process, () => database.pending);
    for (const version of newest ? [latest, ...pending.filter((other) => other !== latest)] : pending) {
      const position = await this.#intake.configure(version);
      await database.ask(this.process, () => database.markEffective(version, position));
    }
  }

  #lock(): Promise<{ release(): Promise<void> }> {
    const { locks } = this.#site;
    if (locks.size > 0) return Promise.reject(new FolderInUse('simulated'));
    locks.add(this.process);
    this.process.onEnd(() => locks.delete(this.process));
    return Promise.resolve({ release: () => Promise.resolve(void locks.delete(this.process)) });
  }
}
