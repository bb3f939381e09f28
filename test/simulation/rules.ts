/**
 * The rules as a simulated process: the real fold, engine and journal reader in a loop that mirrors rules/reader, over the
 * stand-in of the database.
 */
import { Fold, type FoldMemory } from '#rules/reader/fold.ts';
import { type Setup, setUp } from '#rules/reader/setup.ts';
import { StatusBoard } from '#rules/reader/status-board.ts';
import { Work } from '#rules/reader/work.ts';
import { JournalUnavailable } from '#shared/journal/port.ts';
import type { JournalRecord, Position } from '#shared/journal/port.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { Away, type Kept, type SimulatedDatabase } from './database.ts';
import { JOURNAL_DIR } from './ingest.ts';
import { CONFIGURATIONS } from './plant.ts';
import { Process } from './process.ts';
import type { Site } from './site.ts';

const READER = 'rules';
const READ_BYTES = 16 * 1024;
const AGAIN_MS = 1_000;

const compiled = CONFIGURATIONS.map((content) => setUp({ ...content, version: 0 }));
const NOTHING = setUp(undefined);

/** What holds from a version on; compiled once for all runs. */
export function setupOf(database: SimulatedDatabase, version: number | null): Setup {
  const variant = version === null ? undefined : database.byVersion(version)?.plantVersion;
  const setup = variant === undefined ? undefined : compiled[variant - 1];
  return setup ? { ...setup, version } : NOTHING;
}

/** The setup a record names, where it is a configuration. */
export function named(database: SimulatedDatabase, record: JournalRecord): Setup | undefined {
  if (record.kind !== 'config') return undefined;
  const { version } = JSON.parse(Buffer.from(record.payload).toString()) as { version: number };
  return setupOf(database, version);
}

/** Where nothing is too much, every reject is kept. */
export const foldOptions = ({ readingsPerSecond }: Site) => ({
  prefix: 'machines',
  readingsPerSecond,
  rejectsAMinute: readingsPerSecond === undefined ? Infinity : 5,
});

/** Where a restarted process begins to fold, with the status of machines as the database has it. */
function remembered(site: Site): { fold: Fold; from: Position | undefined; board: StatusBoard } {
  const { database } = site;
  const { kept, outcome } = database;
  const known = [...outcome.statuses.values()].map((row) => ({
    machine: row['machine'] as string,
    online: (row['online'] as boolean | undefined) ?? null,
    state: (row['state'] as string | undefined) ?? null,
    state_at: row['stateAt'] === undefined ? null : new Date(row['stateAt'] as number),
  }));
  const board = new StatusBoard(known);
  if (!kept) return { fold: new Fold(NOTHING, foldOptions(site)), from: undefined, board };
  const whole = JSON.parse(kept.memory) as FoldMemory;
  const { rate: _rate, ...forgetful } = whole;
  const memory = site.mutant?.forgetful ? forgetful : whole;
  return {
    fold: new Fold(setupOf(database, kept.configuration), foldOptions(site), memory),
    from: kept.position,
    board,
  };
}

interface Bench {
  readonly epoch: number;
  readonly fold: Fold;
  readonly board: StatusBoard;
  work: Work;
}

/** Of a journal other than the one before. */
function workOf(from: Position, to: Position): Work {
  const work = new Work(from);
  work.to = to;
  return work;
}

export class RulesProcess {
  readonly process: Process;
  readonly #site: Site;
  readonly #journal: FileJournalReader;
  #running: Promise<void> | undefined;
  #stopping = false;

  constructor(site: Site) {
    this.#site = site;
    this.process = new Process(site.world, site.random.fork());
    const beside = site.isOneProcess ? site.ingest?.journal : undefined;
    this.#journal = new FileJournalReader({
      dir: JOURNAL_DIR,
      disk: site.disk.mount(this.process),
      ...(beside && { writer: beside }),
    });
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    await this.#journal.stop().catch(() => undefined);
    this.process.kill();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#follow(await this.#retry(() => this.#takeLead()));
      } catch {
        await this.#site.world.sleep(AGAIN_MS);
      }
    }
  }

  async #takeLead(): Promise<Bench> {
    const { database } = this.#site;
    const { lead, fold, board, from } = await database.ask(this.process, () => ({
      lead: database.takeLead(),
      ...remembered(this.#site),
    }));
    const isKnown = lead.position <= (await this.#journal.end());
    if (!isKnown && (await this.#journal.holds(lead.position))) throw new JournalUnavailable('no end yet', 'END');
    if (!isKnown) {
      const begin = await this.#journal.begin();
      const another = new Fold(setupOf(database, database.configurations.length), foldOptions(this.#site));
      return { epoch: lead.epoch, fold: another, board, work: workOf(lead.position, begin) };
    }
    const begin = from ?? (await this.#journal.begin());
    await this.#journal.release(READER, Math.min(begin, lead.position));
    for (let place = begin; place < lead.position; ) {
      const { records, next } = await this.#journal.read(place, READ_BYTES);
      const work = new Work(place);
      for (const record of records) {
        if (record.position < lead.position) fold.take(record, named(database, record), { work, board });
      }
      if (next === place) break;
      place = next;
    }
    return { epoch: lead.epoch, fold, board, work: new Work(lead.position) };
  }

  async #follow(bench: Bench): Promise<void> {
    const { world, random, database } = this.#site;
    while (!this.#stopping) {
      const { records, next } = await this.#retry(() => this.#journal.read(bench.work.to, READ_BYTES));
      for (const record of records) {
        bench.fold.take(record, named(database, record), bench);
        if (bench.work.told.length >= 5 && !(await this.#commit(bench, false))) return;
      }
      if (records.length === 0) bench.work.to = Math.max(bench.work.to, next);
      const urgent = bench.work.told.length > 0 || bench.board.urgent.size > 0;
      if ((urgent || random.chance(0.3)) && !(await this.#commit(bench, random.chance(0.1)))) return;
      // At times it is busy with something else, so that the journal must keep more.
      if (random.chance(0.02)) await world.sleep(random.between(500, 3_000));
      if (records.length === 0) await this.#journal.wait(bench.work.to, 500);
    }
    await this.#commit(bench, true);
  }

  /** False where another leads by now. */
  async #commit(bench: Bench, keep: boolean): Promise<boolean> {
    const { database } = this.#site;
    const { fold, board, work, epoch } = bench;
    const statuses = board.take(work.at, keep);
    const kept: Kept | undefined = keep
      ? { position: work.to, configuration: fold.configuration, memory: JSON.stringify(fold.memory()) }
      : undefined;
    const leads = await this.#retry(() =>
      database.ask(this.process, () => database.commit({ epoch, work, statuses, kept })),
    );
    if (!leads) return false;
    if (kept) await this.#retry(() => this.#journal.release(READER, kept.position));
    bench.work = new Work(work.to);
    bench.work.at = work.at;
    return true;
  }

  async #retry<T>(act: () => Promise<T>): Promise<T> {
    for (let pause = 100; ; pause = Math.min(pause * 2, 3_000)) {
      try {
        return await act();
      } catch (error) {
        const isOutage = error instanceof Away || error instanceof JournalUnavailable;
        if (!isOutage && !(error instanceof Error && error.message.startsWith('simulated'))) throw error;
        await this.#site.world.sleep(pause);
      }
    }
  }
}
