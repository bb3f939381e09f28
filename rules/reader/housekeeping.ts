/** What the rules do once a minute beside the fold: bounds of what is kept. */
import type { Database } from '#shared/database/database.ts';
import { pruneChanges } from '#shared/database/queries/changes.ts';
import { pruneRejects } from '#shared/database/queries/rejects.ts';
import { pruneBreaks } from '#shared/database/queries/sequence.ts';

export async function keepHouse(database: Database): Promise<void> {
  await pruneRejects(database.kysely);
  await pruneBreaks(database.kysely);
  await pruneChanges(database.kysely);
}
