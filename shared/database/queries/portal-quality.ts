/** What was set aside, and how good each machine's data was. */
import { type Selectable, sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries } from '../database.ts';
import type { RejectTable } from '../schema.ts';
import type { SequenceBreakTable } from '../schema-sequence.ts';
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

export type RejectRow = Selectable<RejectTable>;

/** Newest first. */
export const REJECT_KEYS: readonly OrderKey[] = [
  numberKey(sql`-extract(epoch from reject.at)`),
  numberKey(sql`-reject.position`),
  numberKey(sql`reject.ordinal`),
];

/** Rejects of machines in scope; those of no known machine belong to whoever may see everything. */
export async function rejectPage(
  db: Queries,
  scope: Scope,
  filter: { readonly machine?: string | undefined; readonly reason?: string | undefined },
  page: Page,
): Promise<Paged<RejectRow>> {
  const where = every(
    scope === 'all'
      ? undefined
      : sql`reject.machine in (select id from machine where ${seen(scope, 'machine.customer')})`,
    filter.machine === undefined ? undefined : sql`reject.machine = ${filter.machine}`,
    filter.reason === undefined ? undefined : sql`reject.reason = ${filter.reason}`,
  );
  const { rows } = await sql<RejectRow>`
    select reject.*, ${keyColumns(REJECT_KEYS)} from reject where ${every(where, follows(REJECT_KEYS, page.after))}
    order by ${orderBy(REJECT_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*) as total from reject where ${where}`.execute(db);
  return { ...cut(rows, page.limit, REJECT_KEYS), total: counted.rows[0]?.total ?? 0 };
}

export type BreakRow = Selectable<SequenceBreakTable>;

/** Newest first. */
export const BREAK_KEYS: readonly OrderKey[] = [
  numberKey(sql`-extract(epoch from sequence_break.at)`),
  numberKey(sql`-sequence_break.id`),
];

/** Where machines in scope have holes in what they count. */
export async function breakPage(
  db: Queries,
  scope: Scope,
  filter: { readonly machine?: string | undefined },
  page: Page,
): Promise<Paged<BreakRow>> {
  const where = every(
    scope === 'all'
      ? undefined
      : sql`sequence_break.machine in (select id from machine where ${seen(scope, 'machine.customer')})`,
    filter.machine === undefined ? undefined : sql`sequence_break.machine = ${filter.machine}`,
  );
  const { rows } = await sql<BreakRow>`
    select sequence_break.*, ${keyColumns(BREAK_KEYS)} from sequence_break
    where ${every(where, follows(BREAK_KEYS, page.after))}
    order by ${orderBy(BREAK_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*) as total from sequence_break where ${where}`.execute(db);
  return { ...cut(rows, page.limit, BREAK_KEYS), total: counted.rows[0]?.total ?? 0 };
}

export interface QualityRow {
  readonly machine: string;
  readonly name: Text | null;
  readonly customer: string;
  readonly customer_name: Text;
  readonly online: boolean | null;
  readonly online_at: Date | null;
  readonly message_at: Date | null;
  readonly reading_at: Date | null;
  /** What was not good, and how often. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The machine with the most that was not good first. */
export const QUALITY_KEYS: readonly OrderKey[] = [numberKey(sql`-coalesce(bad.total, 0)`), textKey(sql`machine.id`)];

export async function qualityPage(db: Queries, scope: Scope, since: Date, page: Page): Promise<Paged<QualityRow>> {
  const where = every(sql`machine.removed_at is null`, seen(scope, 'machine.customer'));
  const { rows } = await sql<QualityRow>`
    with bad as (
      select machine, sum(count) as total, jsonb_object_agg(what, count) as counts
      from (select machine, what, sum(count) as count from quality where hour >= ${since} group by machine, what) as sums
      group by machine
    )
    select machine.id as machine, machine.name, machine.customer, customer.name as customer_name, status.online, status.online_at,
      status.message_at, status.reading_at, coalesce(bad.counts, '{}') as counts, ${keyColumns(QUALITY_KEYS)}
    from machine
    join customer on customer.id = machine.customer
    left join bad on bad.machine = machine.id
    left join machine_status as status on status.machine = machine.id
    where ${every(where, follows(QUALITY_KEYS, page.after))}
    order by ${orderBy(QUALITY_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*) as total from machine where ${where}`.execute(db);
  return { ...cut(rows, page.limit, QUALITY_KEYS), total: counted.rows[0]?.total ?? 0 };
}
