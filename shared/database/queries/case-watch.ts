/** What the clocks of cases are computed from, when to look at a case next, and what happened once already. */
import { sql } from 'kysely';
import type { CaseStatus } from '#shared/model/case.ts';
import type { Tier } from '#shared/model/plant.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { CaseFacts, Moment } from '#shared/model/service/course.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries, Transaction } from '../database.ts';
import type { CaseEventKind } from '../schema.ts';

/** A case with all that clocks, escalation and notifications ask of it. */
export interface WatchedCase {
  readonly id: string;
  readonly number: number;
  readonly status: CaseStatus;
  readonly severity: Severity;
  readonly title: Text;
  readonly machine: string;
  readonly machineName: Text | null;
  readonly component: string;
  readonly customer: string;
  readonly customerName: Text;
  readonly tier: Tier;
  readonly owner: string | null;
  /** null: not looked at yet, so the newest policy is its own. */
  readonly policyVersion: number | null;
  readonly facts: CaseFacts;
}

interface Row extends Omit<WatchedCase, 'facts'> {
  readonly opened_at: Date;
  /** Moments as JSON, oldest first. */
  readonly moments: readonly Moment[];
}

/** Entries that move a clock; what people do moves one whatever it is. */
const MOVES = [
  'severity',
  'reopened',
  'acknowledged',
  'waiting',
  'shelved',
  'unshelved',
  'resolved',
  'closed',
  'merged',
];

/** The cases, in no order. */
export async function watchedCases(db: Queries, ids: readonly string[]): Promise<readonly WatchedCase[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Row>`
    select c.id, c.number, c.status, c.severity, c.title, c.machine, machine.name as "machineName", c.component, c.customer,
      customer.name as "customerName", customer.tier, c.owner, watch.policy_version as "policyVersion", c.opened_at,
      coalesce((
        select jsonb_agg(jsonb_build_object('kind', e.kind, 'at', floor(extract(epoch from e.at) * 1000), 'detail', e.detail,
          'staff', account.role is not null and account.role <> 'customer') order by e.at, e.id)
        from case_event e left join account on account.id = e.actor
        where e.case_id = c.id and (e.kind in (${sql.join(MOVES)}) or account.role <> 'customer')
      ), '[]') as moments
    from service_case c
      join customer on customer.id = c.customer
      left join machine on machine.id = c.machine
      left join case_watch watch on watch.case_id = c.id
    where c.id in (${sql.join([...ids])})`.execute(db);
  return rows.map(({ opened_at, moments, ...row }) => ({
    ...row,
    facts: { status: row.status, severity: row.severity, openedAt: opened_at.getTime(), moments },
  }));
}

/** Sets when to look at the case next; the policy it has stays. */
export async function setWatch(
  tx: Transaction,
  watch: { readonly caseId: string; readonly policyVersion: number; readonly lookAt: Date | null },
): Promise<void> {
  const { caseId, policyVersion, lookAt } = watch;
  await tx
    .insertInto('case_watch')
    .values({ case_id: caseId, policy_version: policyVersion, look_at: lookAt })
    .onConflict((conflict) => conflict.column('case_id').doUpdateSet({ look_at: lookAt }))
    .execute();
}

/** Cases of which something is due, the longest overdue first; nobody else gets them until the transaction ends. */
export async function dueCases(tx: Transaction, now: Date, limit: number): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('case_watch')
    .select('case_id')
    .where('look_at', '<=', now)
    .orderBy('look_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map((row) => row.case_id);
}

/** Of these marks the ones the case has already. */
export async function marksOf(tx: Transaction, caseId: string): Promise<ReadonlySet<string>> {
  const rows = await tx.selectFrom('case_mark').select('mark').where('case_id', '=', caseId).execute();
  return new Set(rows.map(({ mark }) => mark));
}

/** True where the mark is new. */
export async function addMark(tx: Transaction, caseId: string, mark: string, at: Date): Promise<boolean> {
  const added = await tx
    .insertInto('case_mark')
    .values({ case_id: caseId, mark, at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('mark')
    .executeTakeFirst();
  return added !== undefined;
}

/** An entry of a timeline that nobody was told of. */
export interface UnreadEvent {
  readonly id: number;
  readonly caseId: string;
  readonly at: Date;
  readonly actor: string | null;
  readonly kind: CaseEventKind;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Takes the oldest entries out of the queue; they are back in it where the transaction is undone. */
export async function takeUnread(tx: Transaction, limit: number): Promise<readonly UnreadEvent[]> {
  const { rows } = await sql<UnreadEvent>`
    with taken as (
      delete from case_event_unread where id in (
        select id from case_event_unread order by id limit ${limit} for update skip locked
      ) returning id
    )
    select e.id, e.case_id as "caseId", e.at, e.actor, e.kind, e.detail from case_event e join taken using (id)
    order by e.id`.execute(tx);
  return rows;
}
