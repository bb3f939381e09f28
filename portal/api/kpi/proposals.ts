/** How rules that disturb too much could be mended, each change tried on what the reading store holds. */
import type { z } from 'zod';
import { BacktestTooLarge, machinesOf } from '#rules/backtest-store.ts';
import { propose, type Outcome, type Proposals } from '#rules/proposals/propose.ts';
import { loudMachines, validAlarms } from '#shared/database/queries/kpi-proposals.ts';
import { ProposalsAnswer, ProposalsQuery } from '#shared/model/api/kpi.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Catalogue, Content } from '../catalogue.ts';
import type { PortalParts } from '../parts.ts';
import { invalid } from '../problems.ts';
import { type Context, type Route, route } from '../route.ts';
import { longAnswer, type Tell } from '../rules/long-answer.ts';
import { Turns } from '../rules/turns.ts';
import { alarmKpis } from './alarms.ts';
import { rangeOf } from './range.ts';

type ProposalParts = Pick<PortalParts, 'database' | 'readings' | 'log'> & { readonly catalogue: Catalogue };
type Item = ProposalsAnswer['items'][number];

const MOST_DAYS = 92;
/** Without a name so many rules are tried, each on so many machines: what one question may cost. */
const MOST_RULES = 5;
const LOUDEST = 20;
const MOST_MACHINES = 40;
const MOST_VALID = 5_000;

export function proposalsRoute(parts: ProposalParts): Route {
  const turns = new Turns(1, 3);
  return route({
    method: 'get',
    path: '/kpi/alarms/proposals',
    may: 'kpi.see',
    summary:
      'Changes that would make rules disturb less and still find every valid case, tried on past readings; as text/event-stream with progress events before the result',
    query: ProposalsQuery,
    answer: ProposalsAnswer,
    act: async (context) => {
      const content = await parts.catalogue.now();
      const range = rangeOf(context.query, context.now, MOST_DAYS);
      const rules = await rulesAsked(parts, context, content, range);
      const work = async (signal: AbortSignal, tell: Tell): Promise<ProposalsAnswer> => {
        const items: Item[] = [];
        for (const [n, rule] of rules.slice(0, MOST_RULES).entries()) {
          const onProgress: Tell = (progress) => tell({ rule: rule.id, place: n + 1, of: rules.length, ...progress });
          items.push(await proposalsFor(parts, rule, { content, ...range, signal, onProgress }));
        }
        const left = rules.slice(MOST_RULES).map(({ id }) => id);
        return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString(), items, left };
      };
      return longAnswer(context, { turns, log: parts.log, answer: ProposalsAnswer, where: 'query', work });
    },
  });
}

/** The one named, or those the figures call bad, the loudest first. */
async function rulesAsked(
  { database }: ProposalParts,
  { query, who }: Pick<Context<unknown, z.infer<typeof ProposalsQuery>>, 'query' | 'who'>,
  { rules }: Content,
  range: { readonly from: number; readonly to: number },
): Promise<readonly Rule[]> {
  if (query.rule !== undefined) {
    const known = rules.get(query.rule);
    if (!known) throw invalid([{ path: 'query.rule', message: `the rulebook has no rule "${query.rule}"` }]);
    return [known];
  }
  const asked = { from: new Date(range.from), to: new Date(range.to), timezone: who.timezone };
  const found = await alarmKpis(database.kysely, asked, 1);
  return found.rules.filter(({ bad }) => bad.length > 0).flatMap(({ rule }) => rules.get(rule) ?? []);
}

interface Question {
  readonly content: Content;
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
  readonly onProgress: Tell;
}

async function proposalsFor({ database, readings }: ProposalParts, rule: Rule, question: Question): Promise<Item> {
  const { content, from, to, signal, onProgress } = question;
  const { plant } = content.plant;
  const asked = { rule: rule.id, from: new Date(from), to: new Date(to) };
  const watched = machinesOf(rule, plant);
  const rows = await validAlarms(database.kysely, asked, MOST_VALID);
  const first = new Set([
    ...rows.map(({ machine }) => machine),
    ...(await loudMachines(database.kysely, asked, LOUDEST)),
    ...watched,
  ]);
  const machines = [...first].filter((id) => watched.includes(id)).slice(0, MOST_MACHINES);
  const head = {
    rule: rule.id,
    ruleTitle: rule.title ?? null,
    machines: { tried: machines.length, of: watched.length },
  };
  const valid = rows.map(({ case_id, machine, raised_at, cleared_at }) => {
    return { caseId: case_id, machine, raisedAt: raised_at.getTime(), clearedAt: cleared_at?.getTime() ?? null };
  });
  try {
    const tell = (progress: object): void => onProgress({ ...progress });
    const on = { store: readings, plant, rule, machines, from, to, valid, signal };
    return { ...head, ...present(await propose({ ...on, onProgress: tell })), problem: null };
  } catch (error) {
    if (!(error instanceof BacktestTooLarge)) throw error;
    const validCases = new Set(valid.map(({ caseId }) => caseId)).size;
    const before = { alarms: 0, cases: 0, validFound: 0 };
    return { ...head, before, validCases, tried: 0, refused: 0, proposals: [], problem: error.message };
  }
}

function present({ before, validCases, tried, refused, proposals }: Proposals) {
  return {
    before: load(before),
    validCases,
    tried,
    refused,
    proposals: proposals.map(({ kind, changes, rule, after, laterMs }) => {
      return { kind, changes: [...changes], after: load(after), laterMs, rule };
    }),
  };
}

function load({ alarms, cases, found }: Outcome) {
  return { alarms, cases, validFound: found.size };
}
