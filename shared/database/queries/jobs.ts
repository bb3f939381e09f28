/** What happens by the calendar: whose turn it is is decided here, so that of several processes one runs each job. */
import { type Selectable, sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import type { JobRunTable, JobTable } from '../schema-service.ts';

export interface JobPlan {
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
}

/** Makes the job known, due at `nextAt`; one whose calendar changed is due at `nextAt` now. */
export async function planJob(db: Queries, { name, cron, timezone }: JobPlan, nextAt: Date): Promise<void> {
  const values = { cron, timezone, next_at: nextAt };
  await db
    .insertInto('job')
    .values({ name, ...values, holder: null, held_until: null })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet(values)
        .where(sql<boolean>`job.cron <> excluded.cron or job.timezone <> excluded.timezone`),
    )
    .execute();
}

export interface Claim {
  readonly job: string;
  readonly dueAt: Date;
  /** From 1. */
  readonly attempt: number;
  readonly run: number;
}

/** Takes the job where it is due and nobody holds it; undefined otherwise. */
export async function claimJob(
  tx: Transaction,
  ask: { readonly name: string; readonly holder: string; readonly now: Date; readonly heldUntil: Date },
): Promise<Claim | undefined> {
  const { name, holder, now, heldUntil } = ask;
  const { rows } = await sql<{ due_at: Date; failures: number }>`
    update job set holder = ${holder}, held_until = ${heldUntil}
    where name = ${name} and next_at <= ${now} and (holder is null or held_until <= ${now})
    returning coalesce((select r.due_at from job_run r where r.job = job.name and job.failures > 0 order by r.id desc limit 1),
      next_at) as due_at, failures`.execute(tx);
  const job = rows[0];
  if (!job) return undefined;
  const run = await sql<{ id: number; attempt: number }>`
    insert into job_run (job, due_at, attempt, holder, started_at)
    select ${name}, ${job.due_at}, coalesce(max(attempt), 0) + 1, ${holder}, ${now} from job_run
    where job = ${name} and due_at = ${job.due_at}
    returning id, attempt`.execute(tx);
  const made = run.rows[0];
  return made && { job: name, dueAt: job.due_at, attempt: made.attempt, run: made.id };
}

/** Holds the job for longer; false where somebody else has it by now. */
export async function holdJob(db: Queries, name: string, holder: string, until: Date): Promise<boolean> {
  const held = await db
    .updateTable('job')
    .set({ held_until: until })
    .where('name', '=', name)
    .where('holder', '=', holder)
    .executeTakeFirst();
  return held.numUpdatedRows === 1n;
}

/** How the run ended, and when the job is due next. */
export async function endJob(
  tx: Transaction,
  end: {
    readonly claim: Claim;
    readonly holder: string;
    readonly at: Date;
    readonly nextAt: Date;
    /** null: it went well. */
    readonly error: string | null;
  },
): Promise<void> {
  const { claim, holder, at, nextAt, error } = end;
  await sql`
    update job set holder = null, held_until = null, next_at = ${nextAt},
      failures = ${error === null ? sql`0` : sql`failures + 1`}
    where name = ${claim.job} and holder = ${holder}`.execute(tx);
  await tx
    .updateTable('job_run')
    .set({ finished_at: at, done: error === null, error })
    .where('id', '=', claim.run)
    .execute();
}

export interface JobState extends Selectable<JobTable> {
  readonly last: Selectable<JobRunTable> | null;
}

/** Every job with its last run. */
export async function jobStates(db: Queries): Promise<readonly JobState[]> {
  const jobs = await db.selectFrom('job').selectAll().orderBy('name').execute();
  const runs = await db
    .selectFrom('job_run')
    .distinctOn('job')
    .selectAll()
    .orderBy('job')
    .orderBy('id', 'desc')
    .execute();
  const last = new Map(runs.map((run) => [run.job, run]));
  return jobs.map((job) => ({ ...job, last: last.get(job.name) ?? null }));
}

const KEPT_RUNS = 100;

/** Forgets all but the newest runs of each job. */
export async function pruneJobRuns(db: Queries): Promise<void> {
  await sql`
    delete from job_run where id in (
      select id from (select id, row_number() over (partition by job order by id desc) as place from job_run) as runs
      where place > ${KEPT_RUNS}
    )`.execute(db);
}
