/** The steps people take with a case: one route each, all by the one door `takeStep`. */
import type { z } from 'zod';
import {
  type Step,
  type StepOptions,
  type StepResult,
  type StepTaken,
  takeStep,
} from '#shared/database/queries/case-steps.ts';
import { caseRow } from '#shared/database/queries/portal-cases.ts';
import { may, type Permission, type Who } from '#shared/model/access.ts';
import { CaseAnswer, CaseStepBody } from '#shared/model/api/case.ts';
import { revisionOf } from '../if-match.ts';
import { invalid, notFound, ProblemError } from '../problems.ts';
import { ById, type Context, type Route, route } from '../route.ts';
import { type CaseParts, readCase } from './read.ts';

const STEPS: readonly { readonly step: Step; readonly may: Permission; readonly summary: string }[] = [
  { step: 'acknowledge', may: 'case.work', summary: 'I have seen it' },
  {
    step: 'assign',
    may: 'case.work',
    summary: 'Gives it an owner (left out: me; null: nobody), a next step and until when',
  },
  { step: 'comment', may: 'case.comment', summary: 'Adds a word to the timeline, internal or for the customer' },
  { step: 'shelve', may: 'case.work', summary: 'Sets it aside until a time, with a reason' },
  { step: 'wait', may: 'case.work', summary: 'Waits for the customer, a part or an observation' },
  { step: 'resolve', may: 'case.work', summary: 'The cause is known and mended: cause, remedy, verdict' },
  { step: 'close', may: 'case.work', summary: 'Done with it' },
  { step: 'reopen', may: 'case.work', summary: 'It is not done after all' },
];

export function stepRoutes(parts: CaseParts): Route[] {
  return STEPS.map(({ step, ...sentence }) =>
    route({
      ...sentence,
      method: 'post',
      path: `/cases/{id}/${step}`,
      locks: true,
      params: ById,
      body: CaseStepBody[step] as z.ZodType,
      answer: CaseAnswer,
      act: (context) => take(parts, step, context),
    }),
  );
}

async function take(
  parts: CaseParts,
  step: Step,
  context: Context<{ id: string }, unknown, unknown>,
): Promise<CaseAnswer> {
  const { who, params, body, now, req, res } = context;
  const options = {
    ...(forRole({ step, body } as StepTaken, who) satisfies StepTaken),
    case: params.id,
    who: who.id,
    ifMatch: revisionOf(req.get('if-match')),
    at: new Date(now),
  } as StepOptions;
  const result = await parts.database.transaction(async (tx) => {
    if (!(await caseRow(tx, who.scope, params.id))) throw notFound('case', params.id);
    return takeStep(tx, options);
  });
  if (!result.done) throw await refused(parts, who, params.id, result);
  const whole = await readCase(parts, who, params.id);
  res.setHeader('etag', `"${whole.revision}"`);
  return whole;
}

/** Whoever may not see internal words cannot write them either. */
function forRole(taken: StepTaken, who: Who): StepTaken {
  if (taken.step !== 'comment' || may(who.role, 'case.internal')) return taken;
  return { ...taken, body: { ...taken.body, visibility: 'customer' } };
}

async function refused(
  parts: CaseParts,
  who: Who,
  id: string,
  result: Exclude<StepResult, { done: true }>,
): Promise<ProblemError> {
  switch (result.why) {
    case 'unknown':
      return notFound('case', id);
    case 'body':
      return invalid(result.errors.map(({ path, message }) => ({ path: `body.${path}`, message })));
    case 'changed':
      return conflict('Somebody changed the case since you read it.', await readCase(parts, who, id));
    case 'not-allowed':
      return conflict(
        `The case is ${result.current.status}: this step is not possible now.`,
        await readCase(parts, who, id),
      );
    case 'other-open':
      return conflict(
        `Case ${result.other.number} of this component is open already.`,
        await readCase(parts, who, id),
        { other: result.other },
      );
  }
}

function conflict(detail: string, current: CaseAnswer, more: Readonly<Record<string, unknown>> = {}): ProblemError {
  return new ProblemError('conflict', detail, { extra: { current, ...more } });
}
