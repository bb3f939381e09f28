/** What every step has in common: what it is told, what it answers, and how it ends. */
import type { CaseStepBodies } from '#shared/model/api/case.ts';
import type { CaseStatus } from '#shared/model/case.ts';
import type { Choices } from '#shared/model/outcome.ts';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';
import { caseById, type ServiceCase } from './cases.ts';
import { type NewChange, recordChanges } from './changes.ts';

export type Step = keyof CaseStepBodies;
/** A step with what it takes. */
export type StepTaken = { [S in Step]: { readonly step: S; readonly body: CaseStepBodies[S] } }[Step];

export interface StepBy {
  readonly case: string;
  /** Id of the account. */
  readonly who: string;
  /** Revision the person saw; undefined: whatever it is now. A comment changes nothing, so it never conflicts. */
  readonly ifMatch?: number | undefined;
  readonly at: Date;
  /** What cause, remedy and why may be chosen from, and the person's language; left out: words stay words. */
  readonly choices?: Choices | undefined;
  readonly language?: string | undefined;
}
export type StepOptions = StepTaken & StepBy;
/** One kind of step with what it takes. */
export type StepOf<S extends Step> = StepBy & { readonly step: S; readonly body: CaseStepBodies[S] };

/** Another case that stands in the way. */
export interface OtherCase {
  readonly id: string;
  readonly number: number;
  readonly status: CaseStatus;
  readonly revision: number;
}

export type StepResult =
  | { readonly done: true; readonly case: ServiceCase }
  /** There is no such case. */
  | { readonly done: false; readonly why: 'unknown' }
  /** Somebody changed it since; or its status does not allow the step. */
  | { readonly done: false; readonly why: 'changed' | 'not-allowed'; readonly current: ServiceCase }
  /**
   * Cannot be re-opened, because another case of the machine and component is open; or not be merged, because the other case
   * was changed since, or is not open.
   */
  | {
      readonly done: false;
      readonly why: 'other-open' | 'other-changed' | 'other-not-open';
      readonly current: ServiceCase;
      readonly other: OtherCase;
    }
  /** The body does not do; the path is that of the body. */
  | {
      readonly done: false;
      readonly why: 'body';
      readonly errors: readonly { readonly path: string; readonly message: string }[];
    };

export function wrongBody(path: string, message: string): StepResult {
  return { done: false, why: 'body', errors: [{ path, message }] };
}

export function otherCase({ id, number, status, revision }: ServiceCase): OtherCase {
  return { id, number, status, revision };
}

/** The case does not wait or rest any more, whatever comes next. */
export const AWAKE = { shelved_until: null, shelved_severity: null, waiting_for: null, waiting_until: null } as const;

/** Audits the step and tells the portal: last in its transaction. */
export async function conclude(
  tx: Transaction,
  { who, at, step, body }: StepOptions,
  current: ServiceCase,
  touched: { readonly cases?: readonly string[]; readonly alarms?: readonly string[] } = {},
): Promise<StepResult> {
  await tx
    .insertInto('audit')
    .values({ at, actor: who, action: `case.${step}`, subject: current.id, detail: json(body) })
    .execute();
  const { customer } = current;
  const changes: NewChange[] = [
    { kind: 'case', ref: current.id, customer },
    ...(touched.cases ?? []).map((ref) => ({ kind: 'case' as const, ref, customer })),
    ...(touched.alarms ?? []).map((ref) => ({ kind: 'alarm' as const, ref, customer })),
  ];
  const after = await caseById(tx, current.id);
  await recordChanges(tx, changes);
  return { done: true, case: after ?? current };
}
