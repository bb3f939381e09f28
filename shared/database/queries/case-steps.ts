/** What people do with a case: one step, its place in the timeline, the audit and the change, in one transaction. */
import type { Updateable } from 'kysely';
import type { CaseStepBodies } from '#shared/model/api/case.ts';
import { OPEN_STATUSES, stepAllowed } from '#shared/model/case.ts';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { ServiceCaseTable } from '../schema.ts';
import { acknowledgeAlarms } from './alarms.ts';
import { addCaseEvents, caseById, lockPlace, type NewCaseEvent, type ServiceCase } from './cases.ts';
import { recordChanges } from './changes.ts';

export type Step = keyof CaseStepBodies;
/** A step with what it takes. */
export type StepTaken = { [S in Step]: { readonly step: S; readonly body: CaseStepBodies[S] } }[Step];

export type StepOptions = StepTaken & {
  readonly case: string;
  /** Id of the account. */
  readonly who: string;
  /** Revision the person saw; undefined: whatever it is now. A comment changes nothing, so it never conflicts. */
  readonly ifMatch?: number | undefined;
  readonly at: Date;
};

export type StepResult =
  | { readonly done: true; readonly case: ServiceCase }
  /** There is no such case. */
  | { readonly done: false; readonly why: 'unknown' }
  /** Somebody changed it since; or its status does not allow the step. */
  | { readonly done: false; readonly why: 'changed' | 'not-allowed'; readonly current: ServiceCase }
  /** Cannot be re-opened: another case of the machine and component is open. */
  | {
      readonly done: false;
      readonly why: 'other-open';
      readonly current: ServiceCase;
      readonly other: { readonly id: string; readonly number: number };
    }
  /** The body does not do; the path is that of the body. */
  | {
      readonly done: false;
      readonly why: 'body';
      readonly errors: readonly { readonly path: string; readonly message: string }[];
    };

interface Plan {
  readonly set: Updateable<ServiceCaseTable>;
  readonly events: readonly Pick<NewCaseEvent, 'kind' | 'visibility' | 'detail'>[];
  readonly acknowledges?: boolean;
}

/** Takes the step if it is allowed; where it is not, nothing has changed and the result says why. */
export async function takeStep(tx: Transaction, options: StepOptions): Promise<StepResult> {
  const seen = await caseById(tx, options.case);
  if (!seen) return { done: false, why: 'unknown' };
  if (options.step === 'reopen') await lockPlace(tx, seen);
  const current = await tx
    .selectFrom('service_case')
    .selectAll()
    .where('id', '=', seen.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (options.step !== 'comment' && options.ifMatch !== undefined && options.ifMatch !== current.revision) {
    return { done: false, why: 'changed', current };
  }
  if (!stepAllowed(options.step, current.status)) return { done: false, why: 'not-allowed', current };
  const refused = await refusal(tx, options, current);
  if (refused) return refused;
  return { done: true, case: await carryOut(tx, options, current, planOf(options, current)) };
}

async function carryOut(tx: Transaction, options: StepOptions, current: ServiceCase, plan: Plan): Promise<ServiceCase> {
  const { who, at, step, body } = options;
  if (Object.keys(plan.set).length > 0) {
    await tx
      .updateTable('service_case')
      .set({ ...plan.set, revision: current.revision + 1 })
      .where('id', '=', current.id)
      .execute();
  }
  const acknowledged = plan.acknowledges ? await acknowledgeAlarms(tx, current.id, who, at) : [];
  await addCaseEvents(
    tx,
    plan.events.map((event) => ({ ...event, caseId: current.id, at, actor: who })),
  );
  await tx
    .insertInto('audit')
    .values({ at, actor: who, action: `case.${step}`, subject: current.id, detail: json(body) })
    .execute();
  const after = await caseById(tx, current.id);
  const { customer } = current;
  await recordChanges(tx, [
    { kind: 'case', ref: current.id, customer },
    ...acknowledged.map((ref) => ({ kind: 'alarm' as const, ref, customer })),
  ]);
  return after ?? current;
}

/** What only the database can refuse. */
async function refusal(tx: Transaction, options: StepOptions, current: ServiceCase): Promise<StepResult | undefined> {
  switch (options.step) {
    case 'assign': {
      const owner = options.body.owner;
      if (owner == null || (await canOwn(tx, owner))) return undefined;
      return wrongBody('owner', `"${owner}" is nobody who works on cases`);
    }
    case 'shelve':
      return new Date(options.body.until) > options.at ? undefined : wrongBody('until', 'lies in the past');
    case 'close': {
      if (current.status === 'resolved') return undefined;
      const missing = (['cause', 'remedy', 'verdict'] as const).filter((field) => options.body[field] === undefined);
      const errors = missing.map((path) => ({ path, message: 'is needed, because the case was not resolved before' }));
      return errors.length > 0 ? { done: false, why: 'body', errors } : undefined;
    }
    case 'reopen': {
      const other = await tx
        .selectFrom('service_case')
        .select(['id', 'number'])
        .where('machine', '=', current.machine)
        .where('component', '=', current.component)
        .where('status', 'in', OPEN_STATUSES)
        .executeTakeFirst();
      return other && { done: false, why: 'other-open', current, other };
    }
    case 'acknowledge':
    case 'comment':
    case 'wait':
    case 'resolve':
      return undefined;
  }
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

function wrongBody(path: string, message: string): StepResult {
  return { done: false, why: 'body', errors: [{ path, message }] };
}

/** What each step sets and leaves in the timeline. Free words of a person are internal, a comment says for itself. */
function planOf(options: StepOptions, current: ServiceCase): Plan {
  switch (options.step) {
    case 'acknowledge':
      return {
        set: { status: 'acknowledged' },
        events: [{ kind: 'acknowledged', visibility: 'customer', detail: {} }, ...remark(options.body.note)],
        acknowledges: true,
      };
    case 'assign':
      return planAssign(options.body, options.who, current);
    case 'comment':
      return {
        set: {},
        events: [{ kind: 'comment', visibility: options.body.visibility, detail: { text: options.body.text } }],
      };
    case 'shelve': {
      const { until, reason } = options.body;
      return {
        set: { status: 'shelved', shelved_until: new Date(until) },
        events: [{ kind: 'shelved', visibility: 'internal', detail: { until, reason } }],
      };
    }
    case 'wait':
      return {
        set: {
          status: 'waiting',
          due_at: options.body.until ? new Date(options.body.until) : current.due_at,
          shelved_until: null,
        },
        events: [{ kind: 'waiting', visibility: 'internal', detail: options.body }],
      };
    case 'resolve': {
      const { cause, remedy, verdict, why } = options.body;
      return {
        set: { status: 'resolved', cause, remedy, verdict, resolved_at: options.at, shelved_until: null },
        events: [{ kind: 'resolved', visibility: 'customer', detail: { cause, remedy, verdict } }, ...remark(why)],
      };
    }
    case 'close': {
      const { cause = current.cause, remedy = current.remedy, verdict = current.verdict, note } = options.body;
      return {
        set: { status: 'closed', cause, remedy, verdict, closed_at: options.at, shelved_until: null },
        events: [{ kind: 'closed', visibility: 'customer', detail: { cause, remedy, verdict } }, ...remark(note)],
      };
    }
    case 'reopen':
      return {
        set: {
          status: current.owner === null ? 'acknowledged' : 'in-progress',
          verdict: null,
          resolved_at: null,
          closed_at: null,
        },
        events: [{ kind: 'reopened', visibility: 'customer', detail: {} }, ...remark(options.body.reason)],
      };
  }
}

/** Who takes a case that nobody works on yet begins to; and has seen its alarms. */
function planAssign(body: CaseStepBodies['assign'], who: string, current: ServiceCase): Plan {
  const owner = body.owner === undefined ? who : body.owner;
  const begins = owner !== null && (current.status === 'new' || current.status === 'acknowledged');
  return {
    set: {
      owner,
      ...(begins ? { status: 'in-progress' as const } : {}),
      ...(body.nextStep === undefined ? {} : { next_step: body.nextStep }),
      ...(body.dueAt === undefined ? {} : { due_at: body.dueAt === null ? null : new Date(body.dueAt) }),
    },
    events: [{ kind: 'assigned', visibility: 'internal', detail: { ...body, owner } }],
    acknowledges: begins,
  };
}

function remark(text: string | undefined): Plan['events'] {
  return text ? [{ kind: 'comment', visibility: 'internal', detail: { text } }] : [];
}
