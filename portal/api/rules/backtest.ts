/** A rule tried on what the reading store holds: what it would have raised, and what people said of those cases. */
import type { z } from 'zod';
import { BacktestTooLarge, backtestStore, machinesOf, type StoreBacktestQuestion } from '#rules/backtest-store.ts';
import { casesTouching } from '#shared/database/queries/portal-backtest.ts';
import { visibleMachines } from '#shared/database/queries/portal-machines.ts';
import { readRule } from '#shared/files/read-rulebook.ts';
import type { Who } from '#shared/model/access.ts';
import { BacktestAnswer, BacktestBody } from '#shared/model/api/rule.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Catalogue, Content } from '../catalogue.ts';
import type { PortalParts } from '../parts.ts';
import { type InputError, invalid, loggedProblem, notFound, problemBody, ProblemError } from '../problems.ts';
import { type Context, type Route, route } from '../route.ts';
import { Wire } from '../stream/wire.ts';
import { presentBacktest } from './present-backtest.ts';
import { Turns } from './turns.ts';

type BacktestParts = Pick<PortalParts, 'database' | 'readings' | 'log'> & { readonly catalogue: Catalogue };
type Body = z.infer<typeof BacktestBody>;
type Question = Omit<StoreBacktestQuestion, 'signal' | 'onProgress'>;

/** A house runs two; each of them takes a share of the process. */
const AT_ONCE = 2;
const MOST_WAITING = 6;
const RETRY_AFTER_S = 10;
const PROGRESS_MS = 200;
const DAY_MS = 24 * 3_600_000;

export function backtestRoute(parts: BacktestParts): Route {
  const turns = new Turns(AT_ONCE, MOST_WAITING);
  return route({
    method: 'post',
    path: '/rules/backtest',
    may: 'rule.see',
    summary:
      'Tries a rule on past readings: alarms, cases, coverage, agreement with verdicts; as text/event-stream with progress events before the result',
    body: BacktestBody,
    answer: BacktestAnswer,
    act: async (context) => {
      const question = await questionOf(parts, context);
      if (turns.full) {
        context.res.setHeader('retry-after', String(RETRY_AFTER_S));
        throw new ProblemError('too-many', 'Other backtests are under way. Try again in a moment.');
      }
      return answer(parts, turns, context, question);
    },
  });
}

/** Who closes the connection ends the backtest. */
async function answer(
  { log }: Pick<BacktestParts, 'log'>,
  turns: Turns,
  { req, res }: Pick<Context, 'req' | 'res'>,
  question: Question,
): Promise<BacktestAnswer> {
  const ending = new AbortController();
  const { signal } = ending;
  res.once('close', () => ending.abort());
  const wire = req.accepts(['application/json', 'text/event-stream']) === 'text/event-stream' ? new Wire(res) : undefined;
  wire?.open();
  wire?.send({ event: 'progress', data: { state: 'waiting' } });
  try {
    const found = await turns.run(signal, () => backtestStore({ ...question, signal, onProgress: teller(wire) }));
    const result = BacktestAnswer.parse(presentBacktest(found, question));
    wire?.finish('result', result);
    return result;
  } catch (error) {
    const problem = problemOf(error, signal);
    if (!wire) throw problem;
    wire.finish('problem', problemBody(res, loggedProblem(log, problem, res)));
    throw problem;
  }
}
