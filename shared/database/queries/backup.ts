/** What a backup asks beside the rows themselves. */
import type { Queries } from '../database.ts';

/** Every machine there ever was. */
export async function machineIdsEver(db: Queries): Promise<readonly string[]> {
  const rows = await db.selectFrom('machine').select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}
