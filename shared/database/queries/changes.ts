/**
 * What the portal must learn of. Rows get their ids in the order of commit: who records takes one lock until its transaction
 * ends. So record last in a transaction, or everybody else waits (and two that hold other locks may meet crosswise).
 */
import { sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { ChangeKind } from '../schema.ts';

/** Channel of NOTIFY; the payload is the newest id. */
export const CHANGE_CHANNEL = 'change';

const KEPT = 20_000;

export interface NewChange {
  readonly kind: ChangeKind;
  /** Id of the case, alarm or machine; the configuration's version. */
  readonly ref: string;
  /** Whose machine it is about; null: nothing a customer may know. */
  readonly customer: string | null;
}

export interface Change extends NewChange {
  readonly id: number;
  readonly at: Date;
}

/** Records changes and tells the listeners when the transaction commits; the same thing twice counts once. */
export async function recordChanges(tx: Transaction, changes: readonly NewChange[]): Promise<void> {
  if (changes.length === 0) return;
  const distinct = new Map(changes.map((change) => [`${change.kind} ${change.ref}`, change]));
  await sql`select pg_advisory_xact_lock(hashtextextended('leitwarte change', 0))`.execute(tx);
  await sql`
    with added as (
      insert into change (kind, ref, customer)
      select kind, ref, customer from jsonb_to_recordset(${json([...distinct.values()])}) as r (kind text, ref text, customer text)
      returning id
    )
    select pg_notify(${CHANGE_CHANNEL}, max(id)::text) from added`.execute(tx);
}

/** Id of the newest change, 0 before the first: what a page that reads everything now has seen. */
export async function latestChange(queries: Queries): Promise<number> {
  const row = await queries
    .selectFrom('change')
    .select((e) => e.fn.max('id').as('id'))
    .executeTakeFirst();
  return row?.id ?? 0;
}

/** Changes after `id` in their order; undefined where some of them are gone, so that everything must be read again. */
export async function changesSince(queries: Queries, id: number, limit = 1000): Promise<readonly Change[] | undefined> {
  const bounds = await queries
    .selectFrom('change')
    .select((e) => [e.fn.min('id').as('oldest'), e.fn.max('id').as('newest')])
    .executeTakeFirst();
  if (bounds?.oldest == null) return id === 0 ? [] : undefined;
  if (id < bounds.oldest - 1 || id > bounds.newest) return undefined;
  return queries.selectFrom('change').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();
}

/** Forgets all but the newest changes. */
export async function pruneChanges(queries: Queries): Promise<void> {
  await sql`delete from change where id <= (select max(id) from change) - ${KEPT}`.execute(queries);
}
