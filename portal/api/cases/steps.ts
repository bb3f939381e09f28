/** The steps people take with a case: one route each, all by the one door `takeStep`. */
import type { z } from 'zod';
import type { OtherCase, Step, StepOptions, StepResult, StepTaken } from '#shared/database/queries/case-step.ts';
import { takeStep } from '#shared/database/queries/case-steps.ts';
import type { Transaction } from '#shared/database/database.ts';
import { findCase } from '#shared/database/queries/portal-case-beside.ts';
import { caseRow } from '#shared/database/queries/portal-cases.ts';
import { may, type Permission, type Who } from '#shared/model/access.ts';
import { CaseAnswer, CaseStepBody } from '#shared/model/api/case.ts';
import { choicesFor } from '#shared/model/outcome.ts';
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
  { step: 'wait', may: 'case.work', summary: 'Waits for the customer, a part or an observation, until a time' },
  {
    step: 'resolve',
    may: 'case.work',
    summary: 'The cause is known and mended: cause, remedy, verdict; of a false alarm why',
  },
  { step: 'close', may: 'case.work', summary: 'Done with it' },
  { step: 'reopen', may: 'case.work', summary: 'It is not done after all' },
  {
    step: 'merge',
    may: 'case.work',
    summary: 'It is the same trouble as another open case of the customer, which takes its alarms; for good',
  },
  {
    step: 'split',
    may: 'case.work',
    summary: 'Some of its alarms, all of one component, get a case of their own; for good',
  },
  { step: 'checklist', may: 'case.work', summary: 'An item of the checklist is done, or not after all' },
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
  const by = { case: params.id, who: who.id, ifMatch: revisionOf(req.get('if-match')), at: new Date(now) };
  const { plant } = await parts.catalogue.now();
  const result = await parts.database.transaction(async (tx) => {
    const row = await caseRow(tx, who.scope, params.id);
    if (!row) throw notFound('case', params.id);
    const taken = await named(tx, forRole({ step, body } as StepTaken, who), who);
    const choices = choicesFor(plant.model(row.model), row.component);
    return takeStep(tx, { ...taken, ...by, choices, language: who.language } as StepOptions);
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

/** People name the other case by its number; one they may not see does not exist for them. */
async function named(tx: Transaction, taken: StepTaken, who: Who): Promise<StepTaken> {
  if (taken.step !== 'merge') return taken;
  const into = await findCase(tx, who.scope, taken.body.into);
  if (into === undefined)
    throw invalid([{ path: 'body.into', message: `There is no case ${taken.body.into} that you may see.` }]);
  return { ...taken, body: { ...taken.body, into } };
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
    case 'other-changed':
    case 'other-not-open':
      return conflict(OTHER[result.why](result.other), await readCase(parts, who, id), { other: result.other });
  }
}

const OTHER = {
  'other-open': ({ number }: OtherCase) => `Case ${number} of this component is open already.`,
  'other-changed': ({ number }: OtherCase) => `Somebody changed case ${number} since you read it.`,
  'other-not-open': ({ number, status }: OtherCase) => `Case ${number} is ${status}: nothing can be merged into it.`,
} as const;

function conflict(detail: string, current: CaseAnswer, more: Readonly<Record<string, unknown>> = {}): ProblemError {
  return new ProblemError('conflict', detail, { extra: { current, ...more } });
}
