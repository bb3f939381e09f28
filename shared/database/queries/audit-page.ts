/** Who did what: pages of the log, and whether it is as it was written. */
import { sql } from 'kysely';
import type { Queries } from '../database.ts';
import {
  anywhere,
  cut,
  every,
  follows,
  keyColumns,
  numberKey,
  type OrderKey,
  orderBy,
  type Page,
  type Paged,
} from './portal-page.ts';

export interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly actor: string | null;
  readonly actor_name: string | null;
  readonly action: string;
  readonly subject: string | null;
  /** Where the subject is an account. */
  readonly subject_name: string | null;
  readonly detail: unknown;
}

export interface AuditFilter {
  /** Account; `none`: the house itself, or somebody who was not let in. */
  readonly actor?: string | undefined;
  /** Of an action with a dot, or all of a kind: `session`, `case`. */
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Stands in action, subject, name or detail. */
  readonly q?: string | undefined;
}

/** Newest first. */
export const AUDIT_KEYS: readonly OrderKey[] = [numberKey(sql`-audit.id`)];

export async function auditPage(db: Queries, filter: AuditFilter, page: Page): Promise<Paged<AuditRow>> {
  const where = matching(filter);
  const from = sql`
    from audit left join account on account.id = audit.actor left join account as about on about.id = audit.subject`;
  const { rows } = await sql<AuditRow>`
    select audit.id, audit.at, audit.actor, account.name as actor_name, audit.action, audit.subject,
      about.name as subject_name, audit.detail,
      ${keyColumns(AUDIT_KEYS)}
    ${from} where ${every(where, follows(AUDIT_KEYS, page.after))}
    order by ${orderBy(AUDIT_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*) as total ${from} where ${where}`.execute(db);
  return { ...cut(rows, page.limit, AUDIT_KEYS), total: counted.rows[0]?.total ?? 0 };
}

function matching({ actor, action, subject, from, to, q }: AuditFilter) {
  const pattern = q === undefined ? undefined : anywhere(q);
  return every(
    actor === undefined ? undefined : actor === 'none' ? sql`audit.actor is null` : sql`audit.actor = ${actor}`,
    action === undefined ? undefined : sql`(audit.action = ${action} or audit.action like ${`${action}.%`})`,
    subject === undefined ? undefined : sql`audit.subject = ${subject}`,
    from && sql`audit.at >= ${from}`,
    to && sql`audit.at < ${to}`,
    pattern === undefined
      ? undefined
      : sql`(audit.action ilike ${pattern} or audit.subject ilike ${pattern} or account.name ilike ${pattern}
          or about.name ilike ${pattern} or audit.detail::text ilike ${pattern})`,
  );
}

export interface AuditCheck {
  readonly entries: number;
  /** Of the oldest entry kept. */
  readonly since: Date | null;
  /** The first entry that is not as it was written, or whose forerunner is another one. */
  readonly broken: { readonly id: number; readonly at: Date } | null;
}

/** Goes through the whole chain. The oldest entry kept stands for itself: what was before it has gone by age. */
export async function checkAudit(db: Queries): Promise<AuditCheck> {
  const { rows } = await sql<{ entries: number; since: Date | null }>`
    select count(*) as entries, min(at) as since from audit`.execute(db);
  const broken = await sql<{ id: number; at: Date }>`
    select chained.id, chained.at from (
      select entry.id, entry.at, entry.hash, lag(entry.hash) over (order by entry.id) as before, entry from audit as entry
    ) as chained
    where chained.before is not null and chained.hash <> audit_hash(chained.before, chained.entry)
    order by chained.id limit 1`.execute(db);
  const { entries = 0, since = null } = rows[0] ?? {};
  return { entries, since, broken: broken.rows[0] ?? null };
}
