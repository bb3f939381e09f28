/** What people do with a case: one step, its place in the timeline, the audit and the change, in one transaction. */
import { sql } from 'kysely';
import { OPEN_STATUSES, stepAllowed } from '#shared/model/case.ts';
import type { Transaction } from '../database.ts';
import { acknowledgeAlarms } from './alarms.ts';
import { tick } from './case-checklist.ts';
import { lockCases, mergeInto } from './case-merge.ts';
import { type Plan, type PlainStep, planOf } from './case-plan.ts';
import { splitOff, splitPlace } from './case-split.ts';
import { conclude, otherCase, type StepOf, type StepOptions, type StepResult, wrongBody } from './case-step.ts';
import { addCaseEvents, caseById, lockMoves, lockPlace, type ServiceCase } from './cases.ts';

/** Takes the step if it is allowed; where it is not, nothing has changed and the result says why. */
export async function takeStep(tx: Transaction, options: StepOptions): Promise<StepResult> {
  if (options.step === 'merge' || options.step === 'split') await lockMoves(tx, 'person');
  const seen = await caseById(tx, options.case);
  if (!seen) return { done: false, why: 'unknown' };
  // Places before rows, as the house itself does when an alarm comes.
  const place = options.step === 'reopen' ? seen : options.step === 'split' ? await splitPlace(tx, options) : undefined;
  if (place) await lockPlace(tx, place);
  await lockCases(tx, options.step === 'merge' ? [seen.id, String(options.body.into)] : [seen.id]);
  const current = (await caseById(tx, seen.id)) ?? seen;
  if (options.step !== 'comment' && options.ifMatch !== undefined && options.ifMatch !== current.revision) {
    return { done: false, why: 'changed', current };
  }
  if (!stepAllowed(options.step, current.status)) return { done: false, why: 'not-allowed', current };
  switch (options.step) {
    case 'merge':
      return mergeInto(tx, options, current);
    case 'split':
      return splitOff(tx, options, current);
    case 'checklist':
      return tick(tx, options, current);
    default:
      if (options.step === 'comment' && (await wasSaid(tx, options))) return { done: true, case: current };
      return (await refusal(tx, options, current)) ?? carryOut(tx, options, current, planOf(options, current));
  }
}

async function carryOut(tx: Transaction, options: PlainStep, current: ServiceCase, plan: Plan): Promise<StepResult> {
  const { who, at } = options;
  if (Object.keys(plan.set).length > 0) {
    await tx
      .updateTable('service_case')
      .set({ ...plan.set, revision: current.revision + 1 })
      .where('id', '=', current.id)
      .execute();
  }
  const alarms = plan.acknowledges ? await acknowledgeAlarms(tx, current.id, who, at) : [];
  await addCaseEvents(
    tx,
    plan.events.map((event) => ({ ...event, caseId: current.id, at, actor: who })),
  );
  return conclude(tx, options, current, { alarms });
}

/** Whether this very comment came before, and only its answer was lost. The case is locked, so none is on its way. */
async function wasSaid(tx: Transaction, { who, body, ...options }: StepOf<'comment'>): Promise<boolean> {
  if (body.key === undefined) return false;
  const said = await tx
    .selectFrom('case_event')
    .select('id')
    .where('case_id', '=', options.case)
    .where('kind', '=', 'comment')
    .where('actor', '=', who)
    .where(sql<boolean>`detail->>'key' = ${body.key} and detail->>'text' = ${body.text}`)
    .executeTakeFirst();
  return said !== undefined;
}

/** What the body's schema cannot refuse. */
async function refusal(tx: Transaction, options: PlainStep, current: ServiceCase): Promise<StepResult | undefined> {
  switch (options.step) {
    case 'assign': {
      const owner = options.body.owner;
      if (owner == null || (await canOwn(tx, owner))) return undefined;
      return wrongBody('owner', `"${owner}" is nobody who works on cases`);
    }
    case 'shelve':
    case 'wait':
      return new Date(options.body.until) > options.at ? undefined : wrongBody('until', 'lies in the past');
    case 'resolve':
    case 'close':
      return incomplete(options, current);
    case 'reopen': {
      const other = await tx
        .selectFrom('service_case')
        .selectAll()
        .where('machine', '=', current.machine)
        .where('component', '=', current.component)
        .where('absorbing', '=', true)
        .where('status', 'in', OPEN_STATUSES)
        .executeTakeFirst();
      return other && { done: false, why: 'other-open', current, other: otherCase(other) };
    }
    case 'acknowledge':
    case 'comment':
      return undefined;
  }
}

/** What was valid needs cause and remedy; of a false alarm people must say why, and a cause says it too. */
function incomplete({ body }: StepOf<'resolve'> | StepOf<'close'>, current: ServiceCase): StepResult | undefined {
  const known = current.status === 'resolved';
  const verdict = body.verdict ?? (known ? current.verdict : null);
  const cause = body.cause ?? (known ? current.cause : null);
  const remedy = body.remedy ?? (known ? current.remedy : null);
  const why = body.why ?? (known ? current.verdict_why : null) ?? cause;
  const errors: { path: string; message: string }[] = [];
  const need = (path: string, message: string) => errors.push({ path, message });
  if (verdict === 'false-alarm') {
    if (why === null) need('why', 'is needed: why was it a false alarm?');
  } else {
    if (cause === null) need('cause', 'is needed: what was it?');
    if (remedy === null) need('remedy', 'is needed: what helped?');
    if (verdict === null) need('verdict', 'is needed, because the case was not resolved before: valid or false-alarm');
  }
  return errors.length > 0 ? { done: false, why: 'body', errors } : undefined;
}

async function canOwn(tx: Transaction, account: string): Promise<boolean> {
  const row = await tx
    .selectFrom('account')
    .select('id')
    .where('id', '=', account)
    .where('role', '!=', 'customer')
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}
