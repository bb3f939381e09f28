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
import { type Context, type Route, route, WRITTEN } from '../route.ts';
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
): Promise<BacktestAnswer | typeof WRITTEN> {
  const ending = new AbortController();
  const { signal } = ending;
  res.once('close', () => ending.abort());
  const ask = (tell?: StoreBacktestQuestion['onProgress']) =>
    turns.run(signal, async () => {
      const found = await backtestStore({ ...question, signal, ...(tell && { onProgress: tell }) });
      return presentBacktest(found, question);
    });
  if (req.accepts(['application/json', 'text/event-stream']) !== 'text/event-stream') {
    return ask().catch((error: unknown) => {
      throw problemOf(error, signal);
    });
  }
  const wire = new Wire(res);
  wire.open();
  wire.send({ event: 'progress', data: { state: 'waiting' } });
  try {
    wire.finish('result', BacktestAnswer.parse(await ask(teller(wire))));
  } catch (error) {
    wire.finish('problem', problemBody(res, loggedProblem(log, problemOf(error, signal), res)));
  }
  return WRITTEN;
}

/** Sends how far it has come, now and then. */
function teller(wire: Wire): NonNullable<StoreBacktestQuestion['onProgress']> {
  let next = 0;
  return ({ readings, total, at }) => {
    const now = performance.now();
    if (now < next || !wire.free) return;
    next = now + PROGRESS_MS;
    wire.send({ event: 'progress', data: { state: 'running', readings, total, at: new Date(at).toISOString() } });
  };
}

function problemOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new ProblemError('bad-request', 'The backtest was broken off.');
  if (error instanceof BacktestTooLarge) return invalid([{ path: 'body', message: error.message }], error.message);
  return error;
}

async function questionOf(
  { database, catalogue, readings }: BacktestParts,
  { who, body, now }: Pick<Context<unknown, unknown, Body>, 'who' | 'body' | 'now'>,
): Promise<Question> {
  const content = await catalogue.now();
  const rule = ruleOf(body.rule, content);
  const [from, to] = [Date.parse(body.from), Math.min(now, Date.parse(body.to))];
  if (from >= Date.parse(body.to)) throw invalid([{ path: 'body.to', message: 'lies before `from` or is the same' }]);
  if (from >= to)
    throw invalid([{ path: 'body.from', message: 'lies in the future: there is nothing to try it on yet' }]);
  const db = database.kysely;
  const machines = await machinesAsked(db, who, rule, content.plant.plant, body.machines);
  const near = { from: new Date(from - DAY_MS), to: new Date(to) };
  const cases = await casesTouching(db, who.scope, machines, near);
  const pastCases = cases.map(({ opened_at, ended_at, ...rest }) => {
    return { ...rest, openedAt: opened_at.getTime(), endedAt: new Date(ended_at).getTime() };
  });
  return { store: readings, plant: content.plant.plant, rule, machines, from, to, pastCases };
}

function ruleOf(given: Body['rule'], { plant, rules }: Content): Rule {
  if (typeof given === 'string') {
    const known = rules.get(given);
    if (!known) throw invalid([{ path: 'body.rule', message: `the rulebook has no rule "${given}"` }]);
    return known;
  }
  const { rule, problems } = readRule(given, plant.plant);
  if (rule) return rule;
  throw invalid(
    problems.map(({ path, message }) => ({ path: path === '' ? 'body.rule' : `body.rule.${path}`, message })),
  );
}

/** Those asked for, or all the rule applies to, as far as they may be seen. */
async function machinesAsked(
  db: PortalParts['database']['kysely'],
  who: Who,
  rule: Rule,
  plant: Plant,
  asked: readonly string[] | undefined,
): Promise<readonly string[]> {
  const watched = new Set(machinesOf(rule, plant));
  const visible = await visibleMachines(db, who.scope, asked ?? [...watched]);
  const hidden = asked?.find((id) => !visible.has(id));
  if (hidden !== undefined) throw notFound('machine', hidden);
  const errors = (asked ?? []).flatMap((id, i): InputError[] =>
    watched.has(id)
      ? []
      : [{ path: `body.machines[${i}]`, message: `the rule is not for "${id}", or names sensors it lacks` }],
  );
  if (errors.length > 0) throw invalid(errors);
  const machines = asked ?? [...watched].filter((id) => visible.has(id));
  if (machines.length === 0) throw invalid([{ path: 'body.rule', message: 'watches no machine' }]);
  return machines;
}
