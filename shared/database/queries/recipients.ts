/** People as the house writes to them: where, in which language, how they want it. */
import { sql } from 'kysely';
import type { Role, Scope } from '#shared/model/access.ts';
import { DEFAULT_PREFERENCES, type NoticePreferences } from '#shared/model/service/notification.ts';
import type { Queries } from '../database.ts';
import { json } from '../json.ts';
import { whoColumns, whoFrom } from './accounts.ts';

export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly email: string | null;
  readonly language: string;
  readonly timezone: string;
  readonly scope: Scope;
  readonly preferences: NoticePreferences;
}

/** Those of them who may log in. */
export async function recipientsById(db: Queries, ids: readonly string[]): Promise<ReadonlyMap<string, Recipient>> {
  if (ids.length === 0) return new Map();
  const rows = await people(db)
    .where('account.id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, recipientFrom(row)]));
}

/** Who may log in and has one of the roles, by name. */
export async function recipientsWithRole(db: Queries, roles: readonly Role[]): Promise<readonly Recipient[]> {
  const rows = await people(db)
    .where('account.role', 'in', [...roles])
    .orderBy('account.name')
    .orderBy('account.id')
    .execute();
  return rows.map(recipientFrom);
}

/** Who wants to be told of every case they may see. */
export async function recipientsOfAll(db: Queries): Promise<readonly Recipient[]> {
  const rows = await people(db).where(sql<boolean>`preference.content ->> 'about' = 'all'`).execute();
  return rows.map(recipientFrom);
}

function people(db: Queries) {
  return db
    .selectFrom('account')
    .leftJoin('notification_preference as preference', 'preference.account', 'account.id')
    .select([...whoColumns, 'account.email', 'preference.content as preferences'])
    .where('account.disabled_at', 'is', null);
}

type Row = Parameters<typeof whoFrom>[0] & {
  readonly email: string | null;
  readonly preferences: NoticePreferences | null;
};

function recipientFrom(row: Row): Recipient {
  const { id, name, role, language, timezone, scope } = whoFrom(row);
  const { email, preferences } = row;
  return { id, name, role, email, language, timezone, scope, preferences: preferences ?? DEFAULT_PREFERENCES };
}

export async function savePreferences(db: Queries, account: string, preferences: NoticePreferences): Promise<void> {
  const content = json(preferences);
  await db
    .insertInto('notification_preference')
    .values({ account, content })
    .onConflict((conflict) => conflict.column('account').doUpdateSet({ content }))
    .execute();
}
