/** Where a reader of the journal stands, who leads it, and the engine's memory. */
import { sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';

/** Leadership of a reader: commits carry the epoch, and a new leader raises it. */
export interface Lead {
  readonly position: number;
  readonly epoch: number;
}

/**
 * Becomes the leader where there is none or its lease has run out; at once where `alone` (the caller holds the lock that the
 * leader held, so that one is gone). Undefined while another leads.
 */
export async function takeLead(
  queries: Queries,
  options: { readonly name: string; readonly leader: string; readonly leaseMs: number; readonly alone: boolean },
): Promise<Lead | undefined> {
  const { name, leader, leaseMs, alone } = options;
  const answer = await sql<Lead>`
    insert into reader_position as known (name, epoch, leader, lease_until)
    values (${name}, 1, ${leader}, now() + make_interval(secs => ${leaseMs / 1000}))
    on conflict (name) do update set epoch = known.epoch + 1, leader = excluded.leader, lease_until = excluded.lease_until
    where ${alone} or known.lease_until is null or known.lease_until < now()
    returning position, epoch`.execute(queries);
  return answer.rows[0];
}

/**
 * Moves the reader on inside the transaction that holds what was read, and renews the lease. False: somebody else leads by
 * now (or the position is not the one known), and the transaction must be undone.
 */
export async function advance(
  tx: Transaction,
  step: {
    readonly name: string;
    readonly epoch: number;
    readonly from: number;
    readonly to: number;
    readonly leaseMs: number;
  },
): Promise<boolean> {
  const answer = await sql`
    update reader_position
    set position = ${step.to}, updated_at = now(), lease_until = now() + make_interval(secs => ${step.leaseMs / 1000})
    where name = ${step.name} and epoch = ${step.epoch} and position = ${step.from}`.execute(tx);
  return answer.numAffectedRows === 1n;
}

/** Gives the lead away, so that the next one need not wait for the lease to run out. */
export async function resign(queries: Queries, name: string, epoch: number): Promise<void> {
  await sql`update reader_position set lease_until = null where name = ${name} and epoch = ${epoch}`.execute(queries);
}

export function readerPosition(queries: Queries, name: string) {
  return queries.selectFrom('reader_position').selectAll().where('name', '=', name).executeTakeFirst();
}

export interface EngineSnapshot {
  /** Everything before this place of the journal is in the state. */
  readonly position: number;
  /** Configuration that held there. */
  readonly configuration: number | null;
  readonly state: Uint8Array;
}

export async function saveSnapshot(tx: Transaction, name: string, snapshot: EngineSnapshot): Promise<void> {
  const values = { ...snapshot, state: Buffer.from(snapshot.state), created_at: sql<Date>`now()` };
  await tx
    .insertInto('engine_snapshot')
    .values({ name, ...values })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute();
}

export async function loadSnapshot(queries: Queries, name: string): Promise<EngineSnapshot | undefined> {
  return queries
    .selectFrom('engine_snapshot')
    .select(['position', 'configuration', 'state'])
    .where('name', '=', name)
    .executeTakeFirst();
}
