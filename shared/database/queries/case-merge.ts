/** Two cases are one trouble: one of them goes on with all alarms, the other one keeps a pointer. It is for good. */
import { OPEN_STATUSES } from '#shared/model/case.ts';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';
import { highest, lockAlarms, severityOf } from './case-alarms.ts';
import { addChecklist } from './case-checklist.ts';
import { AWAKE, conclude, otherCase, type StepOf, type StepResult, wrongBody } from './case-step.ts';
import { addCaseEvents, caseById, type ServiceCase } from './cases.ts';

/** Merges `current`, locked and open, into the case whose id the body names. */
export async function mergeInto(tx: Transaction, options: StepOf<'merge'>, current: ServiceCase): Promise<StepResult> {
  const { into: target, reason, intoRevision } = options.body;
  if (target === current.id) return wrongBody('into', 'is this case itself');
  const into = await caseById(tx, String(target));
  if (into?.customer !== current.customer) return wrongBody('into', 'is no case of the same customer');
  if (intoRevision !== undefined && intoRevision !== into.revision)
    return { done: false, why: 'other-changed', current, other: otherCase(into) };
  if (!OPEN_STATUSES.includes(into.status))
    return { done: false, why: 'other-not-open', current, other: otherCase(into) };
  const { who, at } = options;
  const moved = await moveAlarms(tx, current, into);
  const after = await carryOver(tx, current, into);
  await addChecklist(tx, current.id, into.id);
  const event = { at, actor: who, kind: 'merged', visibility: 'customer' } as const;
  await addCaseEvents(tx, [
    { ...event, caseId: current.id, detail: { how: 'into', case: into.id, number: into.number, reason } },
    {
      ...event,
      caseId: into.id,
      detail: { how: 'from', case: current.id, number: current.number, reason, alarms: moved.length },
    },
    ...(after === into.severity
      ? []
      : [
          {
            caseId: into.id,
            at,
            actor: null,
            kind: 'severity' as const,
            visibility: 'customer' as const,
            detail: { from: into.severity, to: after },
          },
        ]),
  ]);
  return conclude(tx, options, current, { cases: [into.id], alarms: moved });
}

/** Both rows, always in one order, so that two who merge crosswise do not wait for each other. */
export async function lockCases(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx
    .selectFrom('service_case')
    .select('id')
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute();
}

async function moveAlarms(tx: Transaction, from: ServiceCase, to: ServiceCase): Promise<readonly string[]> {
  const rows = await tx
    .updateTable('alarm')
    .set({ case_id: to.id })
    .where('case_id', '=', from.id)
    .returning('id')
    .execute();
  await tx.updateTable('alarm_flood').set({ case_id: to.id }).where('case_id', '=', from.id).execute();
  return rows.map(({ id }) => id);
}

/** Figures of both, and pointers of what had been merged into the one that ends; answers the severity now. */
async function carryOver(tx: Transaction, from: ServiceCase, to: ServiceCase) {
  const alarms = await lockAlarms(tx, to.id);
  const anyStands = alarms.some(({ cleared_at }) => cleared_at === null);
  const worse = highest([from.severity, to.severity]) ?? to.severity;
  const severity = (anyStands ? severityOf(alarms) : worse) ?? worse;
  await tx
    .updateTable('service_case')
    .set((e) => ({
      severity,
      highest_severity: highest([from.highest_severity, to.highest_severity, severity]) ?? severity,
      occurrences: e('occurrences', '+', from.occurrences),
      last_at: e.fn<Date>('greatest', ['last_at', e.val(from.last_at)]),
      revision: e('revision', '+', 1),
      ...(severity !== to.severity && severity === from.severity ? { title: json(from.title) } : {}),
    }))
    .where('id', '=', to.id)
    .execute();
  await tx
    .updateTable('service_case')
    .set((e) => ({ ...AWAKE, status: 'merged' as const, merged_into: to.id, revision: e('revision', '+', 1) }))
    .where('id', '=', from.id)
    .execute();
  await tx.updateTable('service_case').set({ merged_into: to.id }).where('merged_into', '=', from.id).execute();
  return severity;
}
