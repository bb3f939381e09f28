/** A rule tried on what the reading store holds: what it would have raised, and what people said of those cases. */
import type { z } from 'zod';
import { type BacktestProgress, backtestStore, machinesOf, type StoreBacktestQuestion } from '#rules/backtest-store.ts';
import { casesTouching } from '#shared/database/queries/portal-backtest.ts';
import { visibleMachines } from '#shared/database/queries/portal-machines.ts';
import { readRule } from '#shared/files/read-rulebook.ts';
import type { Who } from '#shared/model/access.ts';
import { BacktestAnswer, BacktestBody } from '#shared/model/api/rule.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Catalogue, Content } from '../catalogue.ts';
import type { PortalParts } from '../parts.ts';
import { type InputError, invalid, notFound } from '../problems.ts';
import { type Context, type Route, route } from '../route.ts';
import { longAnswer, type Tell } from './long-answer.ts';
import { presentBacktest } from './present-backtest.ts';
import { Turns } from './turns.ts';

type BacktestParts = Pick<PortalParts, 'database' | 'readings' | 'log'> & { readonly catalogue: Catalogue };
type Body = z.infer<typeof BacktestBody>;
type Question = Omit<StoreBacktestQuestion, 'signal' | 'onProgress'>;

/** A house runs two; each of them takes a share of the process. */
const AT_ONCE = 2;
const MOST_WAITING = 6;
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
      const { log } = parts;
      const work = async (signal: AbortSignal, tell: Tell): Promise<BacktestAnswer> => {
        const onProgress = ({ readings, total, at }: BacktestProgress): void =>
          tell({ readings, total, at: new Date(at).toISOString() });
        return presentBacktest(await backtestStore({ ...question, signal, onProgress }), question);
      };
      return longAnswer(context, { turns, log, answer: BacktestAnswer, where: 'body', work });
    },
  });
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
