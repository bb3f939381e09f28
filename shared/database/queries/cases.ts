/**
 * Service cases: at most one open one a machine and component absorbs alarms, held by a partial unique index. These are the moves the house
 * makes by itself; what people do is in case-steps.ts. The revision, by which people lock, grows with what they decide on
 * (status, owner, …), not with each new occurrence.
 */
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { OPEN_STATUSES } from '#shared/model/case.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { CaseEventKind, ServiceCaseTable } from '../schema.ts';

export type ServiceCase = Selectable<ServiceCaseTable>;

/** Where a case is about: a machine's component, '' for none. */
export interface Place {
  readonly machine: string;
  readonly component: string;
}

/** Whoever opens or re-opens a case here does so one after the other, until the transaction ends. */
export async function lockPlace(tx: Transaction, { machine, component }: Place): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`leitwarte case ${machine} ${component}`}, 0))`.execute(tx);
}

/**
 * The house decides with what it has read of alarms and their cases, so no person moves alarms between cases (merge, split)
 * until its transaction ends; it waits for those who do. First of all in a transaction, before rows are locked.
 */
export async function lockMoves(tx: Transaction, by: 'house' | 'person'): Promise<void> {
  const key = sql`hashtextextended('leitwarte case moves', 0)`;
  await sql`select ${by === 'house' ? sql`pg_advisory_xact_lock_shared(${key})` : sql`pg_advisory_xact_lock(${key})`}`.execute(
    tx,
  );
}

/**
 * One more occurrence for the open case of the place that takes alarms; undefined where there is none. Where work on it began
 * before `workSince`, it takes no more from now on.
 */
export async function addOccurrence(
  tx: Transaction,
  place: Place,
  at: Date,
  workSince: Date,
): Promise<ServiceCase | undefined> {
  await stopAbsorbing(tx, workSince, place);
  return tx
    .updateTable('service_case')
    .set((e) => ({ occurrences: e('occurrences', '+', 1), last_at: at }))
    .where('machine', '=', place.machine)
    .where('component', '=', place.component)
    .where('absorbing', '=', true)
    .where('status', 'in', OPEN_STATUSES)
    .returningAll()
    .executeTakeFirst();
}

/** Open cases on which work began before `workSince` take no more alarms; answers them. Without a place: all of them. */
export function stopAbsorbing(tx: Transaction, workSince: Date, place?: Place): Promise<ServiceCase[]> {
  return tx
    .updateTable('service_case')
    .set({ absorbing: false })
    .where('absorbing', '=', true)
    .where('status', 'in', OPEN_STATUSES)
    .where('work_began_at', '<', workSince)
    .$if(place !== undefined, (query) =>
      query.where('machine', '=', place?.machine ?? '').where('component', '=', place?.component ?? ''),
    )
    .returningAll()
    .execute();
}

/** Opens the newest case of the place again that was resolved or closed as not false since then; undefined without one. */
export function reopenRecent(tx: Transaction, place: Place, at: Date, since: Date): Promise<ServiceCase | undefined> {
  return tx
    .updateTable('service_case')
    .set((e) => ({
      status: 'new' as const,
      occurrences: e('occurrences', '+', 1),
      last_at: at,
      resolved_at: null,
      closed_at: null,
      verdict: null,
      verdict_why: null,
      why_choice: null,
      absorbing: true,
      work_began_at: null,
      revision: e('revision', '+', 1),
    }))
    .where('id', '=', (e) =>
      e
        .selectFrom('service_case')
        .select('id')
        .where('machine', '=', place.machine)
        .where('component', '=', place.component)
        .where('status', 'in', ['resolved', 'closed'])
        .where(sql<boolean>`verdict is distinct from 'false-alarm'`)
        .where(sql<boolean>`coalesce(closed_at, resolved_at) >= ${since}`)
        .orderBy(sql`coalesce(closed_at, resolved_at)`, 'desc')
        .limit(1),
    )
    .returningAll()
    .executeTakeFirst();
}

export interface NewCase extends Place {
  readonly severity: Severity;
  readonly customer: string;
  readonly title: Text;
  readonly at: Date;
}

/** Opens a case; if another transaction has just opened one for the place, it becomes an occurrence of that one. */
export async function openCase(tx: Transaction, next: NewCase): Promise<ServiceCase> {
  const { machine, component, severity, customer, title, at } = next;
  return tx
    .insertInto('service_case')
    .values({
      id: randomUUID(),
      status: 'new',
      severity,
      highest_severity: severity,
      machine,
      component,
      customer,
      title: json(title),
      opened_at: at,
      last_at: at,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['machine', 'component'])
        .where('absorbing', '=', sql<never>`true`)
        .where('status', 'in', sql<never>`('new', 'acknowledged', 'in-progress', 'waiting', 'shelved')`)
        .doUpdateSet((e) => ({
          occurrences: e('service_case.occurrences', '+', 1),
          last_at: e.ref('excluded.last_at'),
        })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export interface NewCaseEvent {
  readonly caseId: string;
  readonly at: Date;
  /** null: the system. */
  readonly actor: string | null;
  readonly kind: CaseEventKind;
  /** Only what holds no threshold and no internal word may be seen by the customer. */
  readonly visibility: 'internal' | 'customer';
  readonly detail: Readonly<Record<string, unknown>>;
}

export async function addCaseEvents(tx: Transaction, events: readonly NewCaseEvent[]): Promise<void> {
  const rows = events.map((event) => ({
    case_id: event.caseId,
    at: event.at,
    actor: event.actor,
    kind: event.kind,
    visibility: event.visibility,
    detail: json(event.detail),
  }));
  if (rows.length > 0) await tx.insertInto('case_event').values(rows).execute();
}

export function caseById(queries: Queries, id: string): Promise<ServiceCase | undefined> {
  return queries.selectFrom('service_case').selectAll().where('id', '=', id).executeTakeFirst();
}
