/** What ends by itself on a case: shelving, waiting, and that it takes new alarms. The time is handed in. */
import { type RawBuilder, sql } from 'kysely';
import { OPEN_STATUSES } from '#shared/model/case.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Queries, Transaction } from '../database.ts';
import { addCaseEvents, type NewCaseEvent, type ServiceCase } from './cases.ts';

/** Whether anything is due at `at`, or takes no more alarms because work on it began before `workSince`. */
export async function anythingDue(queries: Queries, at: Date, workSince: Date): Promise<boolean> {
  const row = await queries
    .selectFrom('service_case')
    .select('id')
    .where((e) =>
      e.or([
        e.and([e('status', '=', 'shelved'), e('shelved_until', '<=', at)]),
        e.and([e('status', '=', 'waiting'), e('waiting_until', '<=', at)]),
        e.and([e('absorbing', '=', true), e('status', 'in', OPEN_STATUSES), e('work_began_at', '<', workSince)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Cases whose shelving ends at `at` or did before go back to work, or to whoever takes them: at the moment it ends, however late
 * that is noticed. Answers them. With `id`: this one alone.
 */
export async function endShelving(tx: Transaction, at: Date, id?: string): Promise<readonly ServiceCase[]> {
  const due = await tx
    .selectFrom('service_case')
    .select(['id', 'shelved_until as until'])
    .where('status', '=', 'shelved')
    .where('shelved_until', '<=', at)
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .forUpdate()
    .execute();
  if (due.length === 0) return [];
  const ended = await tx
    .updateTable('service_case')
    .set((e) => ({
      status: sql<'in-progress' | 'acknowledged'>`case when owner is null then 'acknowledged' else 'in-progress' end`,
      shelved_until: null,
      shelved_severity: null,
      work_began_at: workBegun(sql`shelved_until`),
      revision: e('revision', '+', 1),
    }))
    .where('id', 'in', idsOf(due))
    .returningAll()
    .execute();
  await addCaseEvents(
    tx,
    due.map(({ id, until }) => endEvent(id, until ?? at, 'shelved', {})),
  );
  return ended;
}

/** Cases whose waiting ends at `at` or did before are in progress again, from the moment it ends; answers them. */
export async function endWaiting(tx: Transaction, at: Date): Promise<readonly ServiceCase[]> {
  const due = await tx
    .selectFrom('service_case')
    .select(['id', 'waiting_for', 'waiting_until as until'])
    .where('status', '=', 'waiting')
    .where('waiting_until', '<=', at)
    .forUpdate()
    .execute();
  if (due.length === 0) return [];
  const ended = await tx
    .updateTable('service_case')
    .set((e) => ({
      status: 'in-progress' as const,
      waiting_for: null,
      waiting_until: null,
      work_began_at: e.fn.coalesce('work_began_at', 'waiting_until'),
      revision: e('revision', '+', 1),
    }))
    .where('id', 'in', idsOf(due))
    .returningAll()
    .execute();
  await addCaseEvents(
    tx,
    due.map(({ id, until, waiting_for }) => endEvent(id, until ?? at, 'waiting', { for: waiting_for })),
  );
  return ended;
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

function endEvent(caseId: string, at: Date, kind: 'shelved' | 'waiting', detail: NewCaseEvent['detail']): NewCaseEvent {
  return { caseId, at, actor: null, kind, visibility: 'internal', detail: { ended: true, ...detail } };
}

/**
 * A worse alarm than the case was shelved with ends the shelving: its owner must look again, or anybody where it has none.
 * Nothing happens where somebody took it out meanwhile.
 */
export async function wakeShelved(
  tx: Transaction,
  { id }: Pick<ServiceCase, 'id'>,
  by: { readonly alarm: string; readonly severity: Severity; readonly at: Date },
): Promise<void> {
  const { alarm, severity, at } = by;
  const woken = await tx
    .updateTable('service_case')
    .set((e) => ({
      status: sql<'in-progress' | 'new'>`case when owner is null then 'new' else 'in-progress' end`,
      shelved_until: null,
      shelved_severity: null,
      work_began_at: workBegun(sql`${at}`),
      revision: e('revision', '+', 1),
    }))
    .where('id', '=', id)
    .where('status', '=', 'shelved')
    .returning('id')
    .executeTakeFirst();
  if (!woken) return;
  await addCaseEvents(tx, [endEvent(id, at, 'shelved', { alarm, severity })]);
}

/** Whoever owns a case works on it again. */
function workBegun(at: RawBuilder<unknown>) {
  return sql<Date | null>`case when owner is null then work_began_at else coalesce(work_began_at, ${at}) end`;
}
