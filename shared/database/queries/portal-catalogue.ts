/** What the portal asks at each use of the configuration that it keeps in memory. */
import type { Queries } from '../database.ts';

/** Version of the newest configuration; 0 where nothing was imported yet. */
export async function newestVersion(db: Queries): Promise<number> {
  const row = await db
    .selectFrom('configuration')
    .select('version')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.version ?? 0;
}
