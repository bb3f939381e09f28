/** What to go through with a case, copied from the rule that opened it. */
import { type Selectable, sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import type { CaseChecklistTable } from '../schema-casework.ts';
import { conclude, type StepOf, type StepResult, wrongBody } from './case-step.ts';
import { addCaseEvents, type ServiceCase } from './cases.ts';

export interface ChecklistRow extends Selectable<CaseChecklistTable> {
  readonly done_by_name: string | null;
}

/** Copies the list of this version of the rule, behind what the case has; nothing where it has that rule's already. */
export async function copyChecklist(tx: Transaction, caseId: string, rule: string, version: number): Promise<void> {
  await sql`
    insert into case_checklist (case_id, item, text, rule)
    select ${caseId}, (select coalesce(max(c.item), 0) from case_checklist c where c.case_id = ${caseId}) + step.ordinal, step.text, v.rule
    from rule_version v, jsonb_array_elements(v.content -> 'checklist') with ordinality as step (text, ordinal)
    where v.rule = ${rule} and v.version = ${version} and jsonb_typeof(v.content -> 'checklist') = 'array'
      and not exists (select from case_checklist c where c.case_id = ${caseId} and c.rule = v.rule)`.execute(tx);
}

/** What one case had to go through comes behind what the other one has, with who has done it. */
export async function addChecklist(tx: Transaction, from: string, to: string): Promise<void> {
  await sql`
    insert into case_checklist (case_id, item, text, rule, done_at, done_by)
    select ${to}, (select coalesce(max(c.item), 0) from case_checklist c where c.case_id = ${to})
      + row_number() over (order by f.item), f.text, f.rule, f.done_at, f.done_by
    from case_checklist f
    where f.case_id = ${from} and not exists (select from case_checklist c where c.case_id = ${to} and c.rule = f.rule)`.execute(
    tx,
  );
}

/** In the order of the list. */
export function checklistOf(queries: Queries, caseId: string): Promise<ChecklistRow[]> {
  return queries
    .selectFrom('case_checklist')
    .leftJoin('account', 'account.id', 'case_checklist.done_by')
    .selectAll('case_checklist')
    .select('account.name as done_by_name')
    .where('case_id', '=', caseId)
    .orderBy('item')
    .execute();
}

/** An item is done, or not after all. Where it stands so already, nothing happens. */
export async function tick(tx: Transaction, options: StepOf<'checklist'>, current: ServiceCase): Promise<StepResult> {
  const { who, at, body } = options;
  const found = (await checklistOf(tx, current.id)).find(({ item }) => item === body.item);
  if (!found) return wrongBody('item', 'is not on the checklist of this case');
  if ((found.done_at !== null) === body.done) return { done: true, case: current };
  await tx
    .updateTable('case_checklist')
    .set({ done_at: body.done ? at : null, done_by: body.done ? who : null })
    .where('case_id', '=', current.id)
    .where('item', '=', body.item)
    .execute();
  await tx
    .updateTable('service_case')
    .set({ revision: current.revision + 1 })
    .where('id', '=', current.id)
    .execute();
  const detail = { ...body, step: found.text };
  await addCaseEvents(tx, [{ caseId: current.id, at, actor: who, kind: 'checklist', visibility: 'internal', detail }]);
  return conclude(tx, options, current);
}
