/** A case turns out to be two troubles: some of its alarms get a case of their own. It is for good. */
import { randomUUID } from 'node:crypto';
import type { CaseStatus } from '#shared/model/case.ts';
import { OPEN_STATUSES } from '#shared/model/case.ts';
import type { Text } from '#shared/model/text.ts';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';
import { type CaseAlarm, highest, leadingAlarm, lockAlarms, saidOf, severityOf } from './case-alarms.ts';
import { copyChecklist } from './case-checklist.ts';
import { conclude, type StepOf, type StepResult, wrongBody } from './case-step.ts';
import { addCaseEvents, type Place, type ServiceCase } from './cases.ts';

/** Where the first alarm named is about: the place of the case there will be; undefined where there is no such alarm. */
export function splitPlace(tx: Transaction, { body }: StepOf<'split'>): Promise<Place | undefined> {
  return tx
    .selectFrom('alarm')
    .select(['machine', 'component'])
    .where('id', '=', body.alarms[0] ?? '')
    .executeTakeFirst();
}

/** Splits `current`, locked and open; the place of the new case is locked too. */
export async function splitOff(tx: Transaction, options: StepOf<'split'>, current: ServiceCase): Promise<StepResult> {
  const { who, at, body } = options;
  const alarms = await lockAlarms(tx, current.id);
  const wanted = new Set(body.alarms);
  const chosen = alarms.filter(({ id }) => wanted.has(id));
  const rest = alarms.filter(({ id }) => !wanted.has(id));
  const problem = problemOf(chosen, rest, wanted.size);
  if (problem !== undefined) return wrongBody('alarms', problem);
  const fresh = await openSplit(tx, options, current, chosen);
  await tx
    .updateTable('alarm')
    .set({ case_id: fresh.id })
    .where('id', 'in', [...wanted])
    .execute();
  await shrink(tx, current, chosen, rest);
  const { reason } = body;
  const ids = chosen.map(({ id }) => id);
  const event = { at, actor: who, kind: 'split', visibility: 'customer' } as const;
  const { severity } = fresh;
  await addCaseEvents(tx, [
    { caseId: fresh.id, at, actor: who, kind: 'opened', visibility: 'customer', detail: { severity } },
    {
      ...event,
      caseId: fresh.id,
      detail: { how: 'from', case: current.id, number: current.number, reason, alarms: ids },
    },
    {
      ...event,
      caseId: current.id,
      detail: { how: 'into', case: fresh.id, number: fresh.number, reason, alarms: ids },
    },
  ]);
  return conclude(tx, options, current, { cases: [fresh.id], alarms: ids });
}

function problemOf(chosen: readonly CaseAlarm[], rest: readonly CaseAlarm[], wanted: number): string | undefined {
  const [first] = chosen;
  if (!first || chosen.length < wanted) return 'are not all alarms of this case';
  if (rest.length === 0) return 'are all alarms of the case: leave one at least';
  const together = chosen.every(({ machine, component }) => machine === first.machine && component === first.component);
  return together ? undefined : 'are of several machines or components: split them one after the other';
}

/**
 * It goes on where the old one stands, with the same people. It takes new alarms only where no other open case of its place
 * does: the old one goes on taking them, where both are about one component.
 */
async function openSplit(
  tx: Transaction,
  { at }: StepOf<'split'>,
  from: ServiceCase,
  alarms: readonly CaseAlarm[],
): Promise<ServiceCase> {
  const lead = leadingAlarm(alarms) as CaseAlarm;
  const { machine, component } = lead;
  const noted = alarms.map(({ noted_at }) => noted_at.getTime());
  const taken = await tx
    .selectFrom('service_case')
    .select('id')
    .where('machine', '=', machine)
    .where('component', '=', component)
    .where('absorbing', '=', true)
    .where('status', 'in', OPEN_STATUSES)
    .executeTakeFirst();
  const fresh = await tx
    .insertInto('service_case')
    .values({
      id: randomUUID(),
      status: statusAfter(from),
      severity: severityOf(alarms) ?? lead.severity,
      highest_severity: highest(alarms.map(({ severity }) => severity)) ?? lead.severity,
      machine,
      component,
      customer: from.customer,
      title: json<Text>((await saidOf(tx, lead)) ?? from.title),
      opened_at: new Date(Math.min(...noted)),
      last_at: new Date(Math.max(...noted)),
      occurrences: alarms.length,
      owner: from.owner,
      work_began_at: from.owner === null ? null : at,
      absorbing: taken === undefined,
      split_from: from.id,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await copyChecklist(tx, fresh.id, lead.rule, lead.rule_version);
  return fresh;
}

function statusAfter({ status, owner }: ServiceCase): CaseStatus {
  if (status === 'new') return 'new';
  return owner === null ? 'acknowledged' : 'in-progress';
}

/** What is left of the old case. How bad it was at its worst stays. */
async function shrink(
  tx: Transaction,
  of: ServiceCase,
  gone: readonly CaseAlarm[],
  rest: readonly CaseAlarm[],
): Promise<void> {
  const lead = leadingAlarm(rest);
  const title = lead && (await saidOf(tx, lead));
  await tx
    .updateTable('service_case')
    .set((e) => ({
      severity: severityOf(rest) ?? of.severity,
      occurrences: e.fn<number>('greatest', [e('occurrences', '-', gone.length), e.val(1)]),
      revision: e('revision', '+', 1),
      ...(title === undefined ? {} : { title: json<Text>(title) }),
    }))
    .where('id', '=', of.id)
    .execute();
}
