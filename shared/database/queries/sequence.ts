/** What machines have counted to, and where their count breaks; bounded, the newest breaks are kept. */
import { sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';

const BREAKS_KEPT = 100_000;

export interface NewBreak {
  readonly machine: string;
  readonly kind: 'hole' | 'reset';
  /** Epoch ms. */
  readonly at: number;
  readonly position: number;
  readonly first: number;
  readonly last: number;
}

/** The number each of these machines has counted to; none where it has not counted yet. */
export async function countedTo(tx: Transaction, machines: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('machine_sequence')
    .select(['machine', 'last'])
    .where('machine', 'in', machines)
    .execute();
  return new Map(rows.map(({ machine, last }) => [machine, last]));
}

export async function saveSequence(
  tx: Transaction,
  counted: readonly { readonly machine: string; readonly last: number; readonly at: number }[],
  breaks: readonly NewBreak[],
): Promise<void> {
  const rows = counted.map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
  await sql`
    insert into machine_sequence (machine, last, at)
    select machine, last, at from jsonb_to_recordset(${json(rows)}) as r (machine text, last bigint, at timestamptz)
    on conflict (machine) do update set last = excluded.last, at = excluded.at`.execute(tx);
  if (breaks.length === 0) return;
  const found = breaks.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
  await sql`
    insert into sequence_break (machine, at, position, kind, first, last)
    select machine, at, position, kind, first, last
    from jsonb_to_recordset(${json(found)}) as r (
      machine text, at timestamptz, position bigint, kind text, first bigint, last bigint)`.execute(tx);
}

/** Deletes the oldest beyond `kept`. */
export async function pruneBreaks(queries: Queries, kept = BREAKS_KEPT): Promise<void> {
  await sql`
    delete from sequence_break
    where id < (select id from sequence_break order by id desc offset ${kept - 1} limit 1)`.execute(queries);
}

/** Gives a case that nobody has to the integrator who has been here longest; answers whether there is one. */
export async function handToIntegrator(tx: Transaction, caseId: string): Promise<string | undefined> {
  const given = await tx
    .updateTable('service_case')
    .set((e) => ({
      owner: e
        .selectFrom('account')
        .select('id')
        .where('role', '=', 'integrator')
        .where('disabled_at', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .limit(1),
    }))
    .where('id', '=', caseId)
    .where('owner', 'is', null)
    .returning('owner')
    .executeTakeFirst();
  return given?.owner ?? undefined;
}
