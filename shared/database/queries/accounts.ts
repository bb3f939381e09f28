/** People and what they may see. */
import { sql, type Updateable } from 'kysely';
import type { Role, Scope, Who } from '#shared/model/access.ts';
import type { Queries } from '../database.ts';
import type { AccountTable } from '../schema.ts';

/** Columns of a `Who`; `assigned` are the customers a partner works for. */
export const whoColumns = [
  'account.id',
  'account.login',
  'account.name',
  'account.role',
  'account.customer',
  'account.language',
  'account.timezone',
  sql<
    string[]
  >`coalesce((select jsonb_agg(customer order by customer) from assignment where account = account.id), '[]')`.as(
    'assigned',
  ),
] as const;

interface WhoRow {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly customer: string | null;
  readonly language: string;
  readonly timezone: string;
  readonly assigned: string[];
}

export function whoFrom(row: WhoRow): Who {
  const { id, login, name, role, customer, language, timezone } = row;
  return { id, login, name, role, customer, language, timezone, scope: scopeOf(row) };
}

function scopeOf({ role, customer, assigned }: WhoRow): Scope {
  if (role === 'customer') return customer === null ? [] : [customer];
  return role === 'partner' ? assigned : 'all';
}

/** For the log-in: whoever has that login, with the hash to check; disabled people too. */
export async function accountByLogin(
  db: Queries,
  login: string,
): Promise<{ who: Who; passwordHash: string; disabled: boolean } | undefined> {
  const row = await db
    .selectFrom('account')
    .select([...whoColumns, 'password_hash', 'disabled_at'])
    .where('login', '=', login)
    .executeTakeFirst();
  return row && { who: whoFrom(row), passwordHash: row.password_hash, disabled: row.disabled_at !== null };
}

export interface NewAccount {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly email?: string | null;
  readonly role: Role;
  readonly customer?: string | null;
  /** Customers a partner works for. */
  readonly assigned?: readonly string[];
  readonly language?: string;
  readonly timezone?: string;
  readonly passwordHash: string;
}

/** False where somebody has that login already; then nothing changed. */
export async function addAccount(db: Queries, account: NewAccount, now: Date): Promise<boolean> {
  const { id, login, name, role, passwordHash } = account;
  const added = await db
    .insertInto('account')
    .values({
      id,
      login,
      name,
      role,
      email: account.email ?? null,
      customer: account.customer ?? null,
      password_hash: passwordHash,
      created_at: now,
      ...(account.language === undefined ? {} : { language: account.language }),
      ...(account.timezone === undefined ? {} : { timezone: account.timezone }),
    })
    .onConflict((conflict) => conflict.column('login').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added) await assign(db, id, account.assigned ?? []);
  return added !== undefined;
}

export interface AccountChange {
  readonly name?: string | undefined;
  readonly email?: string | null | undefined;
  readonly role?: Role | undefined;
  readonly customer?: string | null | undefined;
  readonly assigned?: readonly string[] | undefined;
  readonly language?: string | undefined;
  readonly timezone?: string | undefined;
  readonly passwordHash?: string | undefined;
  /** True: may not log in any more, and is logged out at once. */
  readonly disabled?: boolean | undefined;
}

/** Run in a transaction. A new password or a disabled account ends all sessions; disabling ends the tokens too. */
export async function changeAccount(db: Queries, id: string, change: AccountChange, now: Date): Promise<void> {
  const { assigned, disabled, passwordHash, ...plain } = change;
  const set: Updateable<AccountTable> = defined({
    ...plain,
    password_hash: passwordHash,
    disabled_at: disabled === undefined ? undefined : disabled ? now : null,
  });
  if (Object.keys(set).length > 0) await db.updateTable('account').set(set).where('id', '=', id).execute();
  if (assigned) await assign(db, id, assigned);
  if (disabled || passwordHash !== undefined) await db.deleteFrom('session').where('account', '=', id).execute();
  if (disabled) await db.deleteFrom('token').where('account', '=', id).execute();
}

async function assign(db: Queries, account: string, customers: readonly string[]): Promise<void> {
  await db.deleteFrom('assignment').where('account', '=', account).execute();
  if (customers.length === 0) return;
  await db
    .insertInto('assignment')
    .values([...new Set(customers)].map((customer) => ({ account, customer })))
    .execute();
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
