/** What ties one case to another of its place: the older one that takes no more alarms, or that it was merged into. */
import { OPEN_STATUSES } from '#shared/model/case.ts';
import type { Transaction } from '../database.ts';
import { addCaseEvents, type NewCaseEvent, type ServiceCase } from './cases.ts';

/** Ties a case that was just opened to the open one which people work on already; answers that, if there is one. */
export async function linkToOlder(tx: Transaction, opened: ServiceCase, at: Date): Promise<ServiceCase | undefined> {
  const { id, machine, component } = opened;
  const older = await tx
    .selectFrom('service_case')
    .selectAll()
    .where('status', 'in', OPEN_STATUSES)
    .where('id', '!=', id)
    .where('id', 'in', (e) =>
      e
        .selectFrom('service_case as there')
        .select((of) => of.fn.coalesce('there.merged_into', 'there.id').as('id'))
        .where('there.machine', '=', machine)
        .where('there.component', '=', component),
    )
    .orderBy('opened_at', 'desc')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!older) return undefined;
  await tx.updateTable('service_case').set({ follows: older.id }).where('id', '=', id).execute();
  await addCaseEvents(tx, [relatedEvent(opened, 'follows', older, at), relatedEvent(older, 'followed-by', opened, at)]);
  return older;
}

function relatedEvent(of: ServiceCase, how: 'follows' | 'followed-by', other: ServiceCase, at: Date): NewCaseEvent {
  const detail = { how, case: other.id, number: other.number };
  return { caseId: of.id, at, actor: null, kind: 'related', visibility: 'internal', detail };
}
