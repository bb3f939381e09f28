/** What the portal asks about people and customers. */
import { type RawBuilder, sql } from 'kysely';
import type { Role, Scope } from '#shared/model/access.ts';
import type { Tier } from '#shared/model/plant.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries } from '../database.ts';
import {
  cut,
  every,
  follows,
  keyColumns,
  nameIn,
  numberKey,
  type OrderKey,
  orderBy,
  type Page,
  type Paged,
  seen,
  textKey,
} from './portal-page.ts';

export interface UserRow {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly customer: string | null;
  readonly language: string;
  readonly timezone: string;
  readonly disabled_at: Date | null;
  readonly assigned: string[];
}

export const USER_KEYS: readonly OrderKey[] = [textKey(sql`lower(account.name)`), textKey(sql`account.id`)];

const USER_COLUMNS: RawBuilder<unknown> = sql`account.id, account.login, account.name, account.email, account.role, account.customer,
  account.language, account.timezone, account.disabled_at,
  coalesce((select jsonb_agg(customer order by customer) from assignment where account = account.id), '[]') as assigned`;

export async function userPage(db: Queries, page: Page): Promise<Paged<UserRow>> {
  const { rows } = await sql<UserRow>`
    select ${USER_COLUMNS}, ${keyColumns(USER_KEYS)} from account where ${follows(USER_KEYS, page.after)}
    order by ${orderBy(USER_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*) as total from account`.execute(db);
  return { ...cut(rows, page.limit, USER_KEYS), total: counted.rows[0]?.total ?? 0 };
}

export async function userRow(db: Queries, id: string): Promise<UserRow | undefined> {
  const { rows } = await sql<UserRow>`select ${USER_COLUMNS} from account where id = ${id}`.execute(db);
  return rows[0];
}

export interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Who may log in and has one of the roles, by name. */
export function peopleWithRoles(db: Queries, roles: readonly Role[]): Promise<PersonRow[]> {
  return db
    .selectFrom('account')
    .select(['id', 'name', 'role'])
    .where('role', 'in', [...roles])
    .where('disabled_at', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
}

/** Those of the customers that there are not. */
export async function unknownCustomers(db: Queries, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('customer')
    .select('id')
    .where('id', 'in', [...ids])
    .where('removed_at', 'is', null)
    .execute();
  return ids.filter((id) => !rows.some((row) => row.id === id));
}

export interface CustomerRow {
  readonly id: string;
  readonly name: Text;
  readonly tier: Tier;
  readonly machines: number;
  readonly open_cases: number;
}

/** The valued ones first, then by name. */
export function customerKeys(language: string): readonly OrderKey[] {
  const tier = numberKey(sql`case customer.tier when 'premium' then 0 else 1 end`);
  return [
    tier,
    textKey(sql`lower(coalesce(${nameIn('customer.name', language)}, customer.id))`),
    textKey(sql`customer.id`),
  ];
}

export async function customerPage(
  db: Queries,
  scope: Scope,
  keys: readonly OrderKey[],
  page: Page,
): Promise<Paged<CustomerRow>> {
  const where = every(sql`customer.removed_at is null`, seen(scope, 'customer.id'));
  const { rows } = await sql<CustomerRow>`
    select customer.id, customer.name, customer.tier,
      (select count(*) from machine where machine.customer = customer.id and machine.removed_at is null) as machines,
      (select count(*) from service_case where service_case.customer = customer.id
        and service_case.status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved')) as open_cases,
      ${keyColumns(keys)}
    from customer where ${every(where, follows(keys, page.after))}
    order by ${orderBy(keys)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*) as total from customer where ${where}`.execute(db);
  return { ...cut(rows, page.limit, keys), total: counted.rows[0]?.total ?? 0 };
}
