/** What the rules do once a minute beside the fold: ends of shelving, and bounds of what is kept. */
import type { Database } from '#shared/database/database.ts';
import { endShelving } from '#shared/database/queries/cases.ts';
import { pruneChanges, recordChanges } from '#shared/database/queries/changes.ts';
import { pruneRejects } from '#shared/database/queries/rejects.ts';

/** `at`: the journal's time, epoch ms. */
export async function keepHouse(database: Database, at: number): Promise<void> {
  await database.transaction(async (tx) => {
    const ended = await endShelving(tx, new Date(at));
    await recordChanges(
      tx,
      ended.map(({ id, customer }) => ({ kind: 'case', ref: id, customer })),
    );
  });
  await pruneRejects(database.kysely);
  await pruneChanges(database.kysely);
}
