/** Log-ins by cookie. The database knows only the SHA-256 of each secret. */
import type { Who } from '#shared/model/access.ts';
import type { Queries } from '../database.ts';
import { whoColumns, whoFrom } from './accounts.ts';

/** Without any request for this long a session ends, ms. */
const IDLE_MS = 12 * 3_600_000;
/** However busy, a session ends after this long, ms. */
export const SESSION_MS = 7 * 24 * 3_600_000;
/** `seen_at` is written at most this often, ms. */
const SEEN_EVERY_MS = 60_000;

export interface SessionRow {
  readonly id: string;
  readonly csrf: string;
  readonly who: Who;
}

export async function openSession(
  db: Queries,
  session: { id: string; account: string; csrf: string },
  now: Date,
): Promise<void> {
  await db.deleteFrom('session').where('expires_at', '<=', now).execute();
  await db
    .insertInto('session')
    .values({ ...session, created_at: now, seen_at: now, expires_at: new Date(now.getTime() + SESSION_MS) })
    .execute();
}

/** The session and whose it is, while it lives and the account is not disabled. */
export async function findSession(db: Queries, id: string, now: Date): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('session')
    .innerJoin('account', 'account.id', 'session.account')
    .select([...whoColumns, 'session.csrf', 'session.seen_at'])
    .where('session.id', '=', id)
    .where('session.expires_at', '>', now)
    .where('session.seen_at', '>', new Date(now.getTime() - IDLE_MS))
    .where('account.disabled_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  if (now.getTime() - row.seen_at.getTime() >= SEEN_EVERY_MS) {
    await db.updateTable('session').set({ seen_at: now }).where('id', '=', id).execute();
  }
  return { id, csrf: row.csrf, who: whoFrom(row) };
}

export async function endSession(db: Queries, id: string): Promise<void> {
  await db.deleteFrom('session').where('id', '=', id).execute();
}

/** Sessions nobody can use any more; answers how many there were. */
export async function removeExpiredSessions(db: Queries, now: Date): Promise<number> {
  const removed = await db.deleteFrom('session').where('expires_at', '<', now).executeTakeFirst();
  return Number(removed.numDeletedRows);
}
