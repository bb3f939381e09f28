/**
 * What happens by the calendar. Each job is a row in the database that says when it is due: of several processes the one that
 * claims it runs it; what was due while nobody was there is made up for once; what fails is tried again. The one door to
 * node-cron, which reads the expressions and gives the beat.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { parse, type ScheduledTask, schedule } from 'node-cron';
import type { Database } from '#shared/database/database.ts';
import { type Claim, claimJob, endJob, holdJob, planJob } from '#shared/database/queries/jobs.ts';
import { Zone } from '#shared/model/service/zone.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import { nextAfter } from './service/cron-times.ts';

export interface Job {
  /** Its name in the database: another name is another job. */
  readonly name: string;
  /** Minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name. */
  readonly timezone: string;
  /** Run again where it failed or its process ended, so it must bear that. `now`: epoch ms. */
  run(now: number): Promise<void>;
}

export interface ScheduleParts {
  readonly database: Database;
  readonly jobs: readonly Job[];
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

const BEAT = '*/10 * * * * *';
/** A process that has not said for so long that it still works on a job has ended. */
export const LEASE_MS = 60_000;
const RETRY_MS = { first: 30_000, most: 3_600_000 };

export class Schedule {
  readonly name = 'schedule';
  readonly #parts: ScheduleParts;
  readonly #holder = `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`;
  readonly #runs;
  readonly #working = new Set<Promise<void>>();
  #beat: ScheduledTask | undefined;
  #planned = false;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
    this.#runs = parts.metrics.counter('job_runs_total', 'Runs of jobs by the calendar', ['job', 'outcome']);
  }

  async start(): Promise<void> {
    const beat = (): Promise<void> => this.tick(this.#parts.clock());
    this.#beat = schedule(BEAT, beat, { noOverlap: true, suppressMissedWarning: true });
    this.#follow(beat());
  }

  /** Runs that have begun are finished. */
  async stop(): Promise<void> {
    await this.#beat?.destroy();
    await Promise.all(this.#working);
  }

  /** Runs every job that is due at `now` (epoch ms) and that nobody else has; resolves when they are done. Never rejects. */
  async tick(now: number): Promise<void> {
    const { jobs, log } = this.#parts;
    try {
      if (!this.#planned) await this.#plan(now);
      this.#planned = true;
      await Promise.all(jobs.map((job) => this.#runIfDue(job, now)));
    } catch (error) {
      log.warn({ err: error }, 'the schedule could not be looked at; the next beat tries again');
    }
  }

  async #plan(now: number): Promise<void> {
    const { jobs, database } = this.#parts;
    for (const job of jobs) await planJob(database.kysely, job, new Date(nextOf(job, now)));
  }

  async #runIfDue(job: Job, now: number): Promise<void> {
    const { database } = this.#parts;
    const [at, heldUntil] = [new Date(now), new Date(now + LEASE_MS)];
    const claim = await database.transaction((tx) =>
      claimJob(tx, { name: job.name, holder: this.#holder, now: at, heldUntil }),
    );
    if (!claim) return;
    const work = this.#run(job, claim, now);
    this.#follow(work);
    await work;
  }

  async #run(job: Job, claim: Claim, now: number): Promise<void> {
    const { database, clock, log } = this.#parts;
    const held = setInterval(() => void this.#hold(job.name), LEASE_MS / 3);
    let error: string | null = null;
    try {
      await job.run(now);
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
      log.warn({ job: job.name, attempt: claim.attempt, err: thrown }, 'a job failed and is tried again');
    } finally {
      clearInterval(held);
    }
    this.#runs.inc({ job: job.name, outcome: error === null ? 'done' : 'failed' });
    const at = Math.max(now, clock());
    const due = nextOf(job, at);
    const nextAt = error === null ? due : Math.min(due, at + pauseAfter(claim.attempt));
    const end = { claim, holder: this.#holder, at: new Date(at), nextAt: new Date(nextAt), error };
    await database.transaction((tx) => endJob(tx, end));
  }

  async #hold(name: string): Promise<void> {
    const until = new Date(this.#parts.clock() + LEASE_MS);
    await holdJob(this.#parts.database.kysely, name, this.#holder, until).catch(() => undefined);
  }

  #follow(work: Promise<void>): void {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#working.add(settled);
    void settled.then(() => this.#working.delete(settled));
  }
}

/** When the job is due next after `from`; epoch ms. Throws where its expression is none. */
function nextOf({ cron, timezone }: Job, from: number): number {
  return nextAfter(parse(cron), new Zone(timezone), from);
}

function pauseAfter(attempt: number): number {
  return Math.min(RETRY_MS.first * 2 ** (attempt - 1), RETRY_MS.most);
}
