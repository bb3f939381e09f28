/** Lets go of what is older than the house is to keep, some thousand rows at a time, so that nobody waits for it long. */
import { sql } from 'kysely';
import type { Database } from '../database.ts';

const BATCH = 5_000;

/** What is kept for a time, and by which column its age is told. */
const AGES = {
  reject: 'at',
  quality: 'hour',
  sequence_break: 'at',
  house_alarm: 'cleared_at',
  audit: 'at',
} as const;
export type Aging = keyof typeof AGES;

/** Forgets the table's rows from before then; answers how many there were. What has not ended yet stays. */
export async function forgetBefore(database: Database, table: Aging, before: Date, batch = BATCH): Promise<number> {
  const column = sql.id(AGES[table]);
  return inBatches(batch, () =>
    database.transaction(async (tx) => {
      // The audit log lets nobody delete who does not say this.
      await sql`set local leitwarte.forgetting = 'on'`.execute(tx);
      const answer = await sql`
        delete from ${sql.id(table)} where ctid = any (array(
          select ctid from ${sql.id(table)} where ${column} < ${before} order by ${column} limit ${batch}))`.execute(
        tx,
      );
      return Number(answer.numAffectedRows ?? 0n);
    }),
  );
}

/** Forgets messages that were sent, or given up, before then, with the notifications they told. */
export async function forgetMessages(database: Database, before: Date, batch = BATCH): Promise<number> {
  return inBatches(batch, () =>
    database.transaction(async (tx) => {
      const { rows } = await sql<{ id: string }>`
        select id from delivery where ended_at < ${before} order by ended_at limit ${batch}`.execute(tx);
      if (rows.length === 0) return 0;
      const ids = rows.map(({ id }) => id);
      await tx.deleteFrom('notification').where('delivery', 'in', ids).execute();
      await tx.deleteFrom('delivery').where('id', 'in', ids).execute();
      return ids.length;
    }),
  );
}

async function inBatches(size: number, forgetSome: () => Promise<number>): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const some = await forgetSome();
    forgotten += some;
    if (some < size) return forgotten;
  }
}
