/** Maintenance windows, as people plan, change and end them. What they do to alarms is the rules' work at their next tick. */
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries, Transaction } from '../database.ts';
import type { MaintenanceWindowTable } from '../schema-attention.ts';
import { machinesOf } from './attention.ts';
import { recordChanges } from './changes.ts';
import {
  cut,
  every,
  follows,
  keyColumns,
  numberKey,
  type OrderKey,
  orderBy,
  type Page,
  type Paged,
  seen,
  textKey,
} from './portal-page.ts';

export interface WindowRow extends Selectable<MaintenanceWindowTable> {
  readonly customer_name: Text;
  readonly created_by_name: string | null;
}

export interface WindowFilter {
  readonly customer?: string | undefined;
  /** Windows that are about the machine. */
  readonly machine?: string | undefined;
  readonly active?: boolean | undefined;
}

/** What holds or comes next first; what is over last, the newest of it first. */
export const WINDOW_KEYS: readonly OrderKey[] = [
  numberKey(sql`case when w.next_at is null or w.ended_at is not null then 1 else 0 end`),
  numberKey(sql`coalesce(extract(epoch from coalesce(w.holds_from, w.next_at)), -extract(epoch from w.changed_at))`),
  textKey(sql`w.id`),
];

const SELECTED = sql`w.*, customer.name as customer_name, account.name as created_by_name`;
const TABLES = sql`maintenance_window w join customer on customer.id = w.customer left join account on account.id = w.created_by`;

export async function windowPage(
  db: Queries,
  scope: Scope,
  filter: WindowFilter,
  page: Page,
): Promise<Paged<WindowRow>> {
  const { customer, machine, active } = filter;
  const where = every(
    seen(scope, 'w.customer'),
    customer === undefined ? undefined : sql`w.customer = ${customer}`,
    machine === undefined
      ? undefined
      : sql`exists (select from machine m where m.id = ${machine} and m.customer = w.customer
          and coalesce(w.machine, m.id) = m.id and (w.site is null or w.site = m.site))`,
    active === undefined ? undefined : sql`(w.next_at is not null and w.ended_at is null) = ${sql.lit(active)}`,
  );
  const { rows } = await sql<WindowRow>`
    select ${SELECTED}, ${keyColumns(WINDOW_KEYS)} from ${TABLES} where ${every(where, follows(WINDOW_KEYS, page.after))}
    order by ${orderBy(WINDOW_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{
    total: number;
  }>`select count(*) as total from maintenance_window w where ${where}`.execute(db);
  return { ...cut(rows, page.limit, WINDOW_KEYS), total: counted.rows[0]?.total ?? 0 };
}

export async function windowRow(db: Queries, scope: Scope, id: string): Promise<WindowRow | undefined> {
  const { rows } = await sql<WindowRow>`
    select ${SELECTED} from ${TABLES} where w.id = ${id} and ${seen(scope, 'w.customer')}`.execute(db);
  return rows[0];
}

/** A machine or customer a window may be about, as far as it may be seen. */
export async function placeOfMachine(db: Queries, scope: Scope, machine: string) {
  const { rows } = await sql<{ customer: string; timezone: string }>`
    select customer, timezone from machine where id = ${machine} and removed_at is null and ${seen(scope, 'customer')}`.execute(
    db,
  );
  return rows[0];
}

/** The sites of a customer's machines; undefined where there is no such customer to be seen. */
export async function sitesOf(db: Queries, scope: Scope, customer: string): Promise<readonly string[] | undefined> {
  const { rows } = await sql<{ sites: readonly string[] }>`
    select coalesce(jsonb_agg(distinct machine.site) filter (where machine.site is not null), '[]') as sites
    from customer left join machine on machine.customer = customer.id and machine.removed_at is null
    where customer.id = ${customer} and customer.removed_at is null and ${seen(scope, 'customer.id')}
    group by customer.id`.execute(db);
  return rows[0]?.sites;
}

export interface Planned
  extends Pick<
    Selectable<MaintenanceWindowTable>,
    'customer' | 'machine' | 'site' | 'title' | 'start' | 'duration' | 'rrule' | 'timezone'
  > {
  /** The occurrence that holds now. */
  readonly holds: { readonly from: number; readonly to: number } | undefined;
}

export interface PlannedBy {
  readonly who: string;
  readonly at: Date;
}

/** Plans a window; answers its id. */
export async function planWindow(tx: Transaction, planned: Planned, { who, at }: PlannedBy): Promise<string> {
  const { holds, ...values } = planned;
  const id = randomUUID();
  await tx
    .insertInto('maintenance_window')
    .values({ id, ...values, ...turned(holds, at), created_at: at, created_by: who, changed_at: at, changed_by: who })
    .execute();
  await tell(tx, id);
  return id;
}

/** Changes a window that was not ended. False where somebody changed it since, or ended it. */
export async function changeWindow(
  tx: Transaction,
  window: { readonly id: string; readonly revision: number },
  planned: Planned,
  { who, at }: PlannedBy,
): Promise<boolean> {
  const { holds, ...values } = planned;
  const before = await machinesOf(tx, window.id);
  const done = await tx
    .updateTable('maintenance_window')
    .set((e) => ({ ...values, ...turned(holds, at), changed_at: at, changed_by: who, revision: e('revision', '+', 1) }))
    .where('id', '=', window.id)
    .where('revision', '=', window.revision)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (done) await tell(tx, window.id, before);
  return done !== undefined;
}

/** Ends a window for good: what holds ends now, and nothing comes any more. False where it was ended before. */
export async function endWindow(tx: Transaction, id: string, { who, at }: PlannedBy): Promise<boolean> {
  const done = await tx
    .updateTable('maintenance_window')
    .set((e) => ({
      ended_at: at,
      holds_until: sql<Date | null>`case when holds_until is null then null else least(holds_until, ${at}) end`,
      next_at: at,
      changed_at: at,
      changed_by: who,
      revision: e('revision', '+', 1),
    }))
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (done) await tell(tx, id);
  return done !== undefined;
}

/** It holds from now on for the portal; the rules look at it with their next tick. */
function turned(holds: Planned['holds'], at: Date) {
  return {
    holds_from: holds ? new Date(holds.from) : null,
    holds_until: holds ? new Date(holds.to) : null,
    next_at: at,
  };
}

/** `before`: machines it was about. */
async function tell(tx: Transaction, id: string, before: Awaited<ReturnType<typeof machinesOf>> = []): Promise<void> {
  const machines = [...before, ...(await machinesOf(tx, id))];
  await recordChanges(
    tx,
    machines.map((machine) => ({ kind: 'machine', ref: machine.id, customer: machine.customer })),
  );
}
