/** Personal tokens for programs. The database knows only the SHA-256 of each. */
import type { Who } from '#shared/model/access.ts';
import type { Queries } from '../database.ts';
import { whoColumns, whoFrom } from './accounts.ts';

/** `used_at` is written at most this often, ms. */
const USED_EVERY_MS = 60_000;

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly used_at: Date | null;
}

export async function addToken(
  db: Queries,
  token: { id: string; account: string; name: string; hash: string },
  now: Date,
): Promise<void> {
  await db
    .insertInto('token')
    .values({ ...token, created_at: now, used_at: null })
    .execute();
}

/** Whose token it is, while the account is not disabled. */
export async function findToken(db: Queries, hash: string, now: Date): Promise<{ id: string; who: Who } | undefined> {
  const row = await db
    .selectFrom('token')
    .innerJoin('account', 'account.id', 'token.account')
    .select([...whoColumns, 'token.id as token', 'token.used_at'])
    .where('token.hash', '=', hash)
    .where('account.disabled_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.used_at === null || now.getTime() - row.used_at.getTime() >= USED_EVERY_MS) {
    await db.updateTable('token').set({ used_at: now }).where('id', '=', row.token).execute();
  }
  return { id: row.token, who: whoFrom(row) };
}

export function tokensOf(db: Queries, account: string): Promise<TokenRow[]> {
  return db
    .selectFrom('token')
    .select(['id', 'name', 'created_at', 'used_at'])
    .where('account', '=', account)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
}

export async function tokenOf(db: Queries, account: string, id: string): Promise<TokenRow | undefined> {
  const tokens = await tokensOf(db, account);
  return tokens.find((token) => token.id === id);
}

/** False where this account has no such token. */
export async function removeToken(db: Queries, account: string, id: string): Promise<boolean> {
  const removed = await db
    .deleteFrom('token')
    .where('account', '=', account)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return removed !== undefined;
}
