/**
 * The reader `rules`: folds the journal into alarms, cases and machine status. It can be killed at any instant: what it has
 * written and how far it has read change in one transaction.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#shared/database/database.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import type { JournalReader, Position } from '#shared/journal/port.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import type { Settings } from '#shared/process/settings.ts';
import { commit, Superseded } from './commit.ts';
import type { Fold } from './fold.ts';
import { keepHouse } from './housekeeping.ts';
import { LEASE_MS, Leadership } from './leadership.ts';
import { pack } from './memory.ts';
import { ReaderMetrics, type RulesCounts } from './metrics.ts';
import { restore } from './restore.ts';
import { Retry } from './retry.ts';
import { Setups } from './setup.ts';
import type { StatusBoard } from './status-board.ts';
import { Work } from './work.ts';

const READER = 'rules';
/** A commit without anything to tell at once waits for more, so long at most. */
const COMMIT_EVERY_MS = 1_000;
/** So many transitions or rejects make a transaction long enough. */
const MOST_TOLD = 50;
const MOST_REJECTS = 2_000;
const MOST_RECORDS = 20_000;
const SNAPSHOTS: SnapshotSchedule = { everyMs: 30_000, everyRecords: 200_000 };
/** Taking snapshots may cost one part of the time in so many. */
const SNAPSHOT_SHARE = 50;
const KEEP_HOUSE_EVERY_MS = 60_000;

export interface RulesReaderParts {
  /** Its own: stopped with it. */
  readonly journal: JournalReader;
  readonly database: Database;
  readonly settings: Pick<Settings, 'mqttPrefix' | 'reopenHours' | 'caseAbsorbFor'> &
    Partial<Pick<Settings, 'machineReadings'>>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How often the engine's memory is kept, and so how much is folded again at a start. Default: 30 s or 200,000 records. */
  readonly snapshots?: SnapshotSchedule;
}

interface SnapshotSchedule {
  readonly everyMs: number;
  readonly everyRecords: number;
}

export interface RulesProgress extends RulesCounts {
  readonly lagBytes: number;
  readonly committedAt: number;
  /** A sentence; null while the rules go on. */
  readonly waitsFor: string | null;
}

/** What a leading reader works with. */
interface Bench {
  readonly epoch: number;
  readonly fold: Fold;
  readonly board: StatusBoard;
  readonly setups: Setups;
  work: Work;
  /** Steady time (ms) of the last commit, snapshot and housekeeping; records since the snapshot. */
  committedAt: number;
  snapshotAt: number;
  snapshotCost: number;
  snapshotRecords: number;
  houseKeptAt: number;
}

export class RulesReader {
  readonly name = 'rules reader';
  readonly #parts: RulesReaderParts;
  readonly #leadership: Leadership;
  readonly #metrics: ReaderMetrics;
  readonly #retry: Retry;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #position: Position = 0;
  #committedAt = 0;
  #epoch: number | undefined;

  constructor(parts: RulesReaderParts) {
    this.#parts = parts;
    this.#leadership = new Leadership(parts.database, READER);
    this.#retry = new Retry(parts.log, this.#stopping.signal);
    this.#metrics = new ReaderMetrics(parts.metrics, () => ({
      position: this.#position,
      leading: this.#epoch !== undefined,
      waiting: this.#retry.waitingFor !== undefined,
    }));
  }

  async start(): Promise<void> {
    // From the first on: nothing may be deleted that this reader has not seen.
    await this.#parts.journal.release(READER, 0);
    this.#running = this.#run();
  }

  /** Commits what was folded, and gives the lead away. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#leadership.leave(this.#epoch).catch(() => undefined);
    this.#epoch = undefined;
    await this.#parts.journal.stop();
  }

  /** Resolves while the reader works, or waits for another process that leads; else rejects with what it waits for. */
  check(): Promise<void> {
    const waitingFor = this.#retry.waitingFor;
    return waitingFor === undefined ? Promise.resolve() : Promise.reject(new Error(waitingFor));
  }

  /**
   * How far the rules have come. `committedAt`: time of receipt of the newest record committed, epoch ms, 0 before the first;
   * undefined while another process leads.
   */
  async progress(): Promise<RulesProgress | undefined> {
    if (this.#epoch === undefined) return undefined;
    const lagBytes = Math.max(0, (await this.#parts.journal.end()) - this.#position);
    return {
      lagBytes,
      committedAt: this.#committedAt,
      waitsFor: this.#retry.waitingFor ?? null,
      ...this.#metrics.counts(),
    };
  }

  async #run(): Promise<void> {
    const { log } = this.#parts;
    while (!this.#stopping.signal.aborted) {
      try {
        const bench = await this.#retry.until(() => this.#takeLead());
        await this.#follow(bench);
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#epoch = undefined;
        const { signal } = this.#stopping;
        if (error instanceof Superseded) {
          log.warn(error.message);
          await this.#leadership.giveWay(signal).catch(() => undefined);
        } else {
          log.error({ err: error }, 'the rules begin again where they have committed last');
          await sleep(COMMIT_EVERY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
    }
  }

  async #takeLead(): Promise<Bench> {
    const { database, journal, settings, log } = this.#parts;
    const { signal } = this.#stopping;
    const lead = await this.#leadership.win(signal, () => log.info('another process leads the rules; waiting'));
    const { fold, board, position, needed } = await restore({
      database,
      journal,
      name: READER,
      position: lead.position,
      fold: { prefix: settings.mqttPrefix, readingsPerSecond: settings.machineReadings },
      log,
    });
    await journal.release(READER, needed);
    this.#epoch = lead.epoch;
    this.#position = position;
    const now = performance.now();
    const bench: Bench = {
      epoch: lead.epoch,
      fold,
      board,
      setups: new Setups(database.kysely, log),
      work: new Work(lead.position),
      committedAt: now,
      snapshotAt: now,
      snapshotCost: 0,
      snapshotRecords: 0,
      houseKeptAt: now,
    };
    bench.work.to = position;
    // Another journal: the memory of the old one must not be found again.
    if (position !== lead.position) await this.#commit(bench, { snapshot: true });
    log.info({ position, configuration: fold.configuration }, 'the rules read on');
    return bench;
  }

  async #follow(bench: Bench): Promise<void> {
    const { journal, log } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { records, next, damagedBytes } = await this.#retry.until(() => journal.read(bench.work.to));
      if (damagedBytes > 0)
        log.error({ damagedBytes, position: bench.work.to }, 'part of the journal is damaged and was skipped');
      if (records.length > 0) await this.#retry.until(() => bench.setups.load(records));
      for (const record of records) {
        bench.fold.take(record, bench.setups.of(record), bench);
        if (isFull(bench.work)) await this.#commit(bench, {});
        if (signal.aborted) break;
      }
      if (records.length === 0 && next > bench.work.to) bench.work.to = next;
      await this.#commitIfDue(bench);
      if (records.length === 0 && !signal.aborted) await journal.wait(bench.work.to, this.#patience(bench), signal);
    }
    await this.#commit(bench, { snapshot: true });
  }

  /** How long to wait for more before what was gathered is committed, ms. */
  #patience(bench: Bench): number {
    return Math.max(1, COMMIT_EVERY_MS - (performance.now() - bench.committedAt));
  }

  async #commitIfDue(bench: Bench): Promise<void> {
    const { work, board } = bench;
    const now = performance.now();
    const urgent = work.told.length > 0 || board.urgent.size > 0;
    // Without anything new the lease is renewed all the same.
    const every = work.records > 0 ? COMMIT_EVERY_MS : LEASE_MS / 4;
    if (!urgent && now - bench.committedAt < every) return;
    await this.#commit(bench, { snapshot: snapshotDue(bench, this.#parts.snapshots ?? SNAPSHOTS, now, urgent) });
    if (now - bench.houseKeptAt >= KEEP_HOUSE_EVERY_MS && bench.work.at > 0) await this.#keepHouse(bench);
  }

  /** Commits what was gathered, trying until the database takes it; with a snapshot also what could wait. */
  async #commit(bench: Bench, how: { snapshot?: boolean }): Promise<void> {
    const { database, settings, journal } = this.#parts;
    const { work, board, epoch } = bench;
    const changes = [...board.urgent].map((ref) => this.#machineChange(bench, ref));
    // A snapshot holds everything before it, so nothing may wait to be told beside it.
    const statuses = board.take(work.at, how.snapshot);
    const started = performance.now();
    const snapshot = how.snapshot
      ? { position: work.to, configuration: bench.fold.configuration, state: await pack(bench.fold.memory()) }
      : undefined;
    const packed = performance.now();
    const leading = { name: READER, epoch, leaseMs: LEASE_MS };
    const limits = { reopenWithinMs: settings.reopenHours * 3_600_000, absorbForMs: settings.caseAbsorbFor };
    const what = { work, statuses, changes, snapshot, knowledge: bench.fold };
    await this.#retry.until(() => commit(database, leading, what, limits));
    const now = performance.now();
    this.#metrics.committed(work, now - packed);
    for (const { position, error } of work.failures)
      this.#parts.log.error({ position, err: error }, 'a record could not be judged');
    this.#position = work.to;
    this.#committedAt = work.at;
    bench.committedAt = now;
    bench.snapshotRecords += work.records;
    if (snapshot) {
      bench.snapshotAt = now;
      bench.snapshotCost = packed - started;
      bench.snapshotRecords = 0;
      await journal.release(READER, snapshot.position);
    }
    bench.work = new Work(work.to);
    bench.work.at = work.at;
    if (!this.#stopping.signal.aborted) await this.#retry.until(() => this.#leadership.hold());
  }

  #machineChange(bench: Bench, machine: string): NewChange {
    return { kind: 'machine', ref: machine, customer: bench.fold.customerOf(machine) };
  }

  async #keepHouse(bench: Bench): Promise<void> {
    bench.houseKeptAt = performance.now();
    try {
      await keepHouse(this.#parts.database);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'housekeeping failed; trying again in a minute');
    }
  }
}

/** An urgent commit does not wait for a snapshot, unless that is long overdue. */
function snapshotDue(bench: Bench, schedule: SnapshotSchedule, now: number, urgent: boolean): boolean {
  const { snapshotAt, snapshotCost, snapshotRecords } = bench;
  if (snapshotRecords === 0) return false;
  const every = Math.max(schedule.everyMs, SNAPSHOT_SHARE * snapshotCost);
  const part = Math.max((now - snapshotAt) / every, snapshotRecords / schedule.everyRecords);
  return part >= (urgent ? 2 : 1);
}

function isFull(work: Work): boolean {
  return work.told.length >= MOST_TOLD || work.rejects.length >= MOST_REJECTS || work.records >= MOST_RECORDS;
}
