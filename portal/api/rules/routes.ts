/** The rulebook, rule by rule. */
import { z } from 'zod';
import { hitsByRule, newestRuleVersions, ruleHistory, standingByRule } from '#shared/database/queries/portal-rules.ts';
import type { Who } from '#shared/model/access.ts';
import { listOf, Nothing, PageQuery } from '#shared/model/api/common.ts';
import { RuleAnswer, RuleJson, RuleModeBody, RuleRollbackBody, RuleVersionAnswer } from '#shared/model/api/rule.ts';
import { ruleOf } from '#shared/model/rule-beside.ts';
import { revisionOf } from '../if-match.ts';
import type { Catalogue } from '../catalogue.ts';
import { sliced } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { notFound } from '../problems.ts';
import { ById, type Context, type Route, route } from '../route.ts';
import { backtestRoute } from './backtest.ts';
import { type ChangeBy, putRule, removeRule, rollBack, setMode } from './change.ts';
import { recomputeRoute } from './recompute.ts';
import { plantRoute } from './plant.ts';
import { dormantRules, presentRule, presentVersion } from './present.ts';

type RuleParts = Pick<PortalParts, 'database' | 'confirmConfiguration' | 'readings' | 'clock' | 'log'> & {
  readonly catalogue: Catalogue;
};

/** `hits` and `precision` of a rule tell of so long. */
const HITS_MS = 30 * 24 * 3_600_000;

/** Why it is changed: `?reason=` or the header x-reason. */
const ReasonQuery = z.object({ reason: z.string().trim().min(1).max(500).optional() });

export function ruleRoutes(parts: RuleParts): Route[] {
  const { database } = parts;
  return [
    backtestRoute(parts),
    recomputeRoute(parts),
    plantRoute(parts),
    route({
      method: 'get',
      path: '/rules',
      may: 'rule.see',
      summary: 'All rules in the order of the rulebook',
      query: PageQuery,
      answer: listOf(RuleAnswer),
      act: async ({ query, who, now }) => sliced(await readRules(parts, { who, now }), query),
    }),
    route({
      method: 'get',
      path: '/rules/{id}',
      may: 'rule.see',
      summary: 'A rule; ETag is its version',
      params: ById,
      answer: RuleAnswer,
      act: (context) => readRule(parts, context.params.id, context),
    }),
    route({
      method: 'put',
      path: '/rules/{id}',
      may: 'rule.change',
      summary: 'Adds or replaces a rule; in effect when answered',
      locks: true,
      params: ById,
      query: ReasonQuery,
      body: RuleJson,
      answer: RuleAnswer,
      act: async (context) => {
        await putRule(parts, context.params.id, ruleOf(context.body), changeBy(context.who, context));
        return readRule(parts, context.params.id, context);
      },
    }),
    route({
      method: 'delete',
      path: '/rules/{id}',
      may: 'rule.change',
      summary: 'Removes a rule; its versions stay',
      locks: true,
      params: ById,
      query: ReasonQuery,
      answer: Nothing,
      act: (context) => removeRule(parts, context.params.id, changeBy(context.who, context)),
    }),
    route({
      method: 'post',
      path: '/rules/{id}/mode',
      may: 'rule.change',
      summary: 'Takes a rule one step: from off to pilot, from pilot to live, and back; in effect when answered',
      locks: true,
      params: ById,
      body: RuleModeBody,
      answer: RuleAnswer,
      act: async ({ params, body, ...context }) => {
        await setMode(parts, params.id, body.mode, changeBy(context.who, { ...context, query: body }));
        return readRule(parts, params.id, context);
      },
    }),
    route({
      method: 'post',
      path: '/rules/{id}/rollback',
      may: 'rule.change',
      summary: 'Makes a rule what it was in an earlier version, one that was removed too; in effect when answered',
      locks: true,
      params: ById,
      body: RuleRollbackBody,
      answer: RuleAnswer,
      act: async ({ params, body, ...context }) => {
        await rollBack(parts, params.id, body.version, changeBy(context.who, { ...context, query: body }));
        return readRule(parts, params.id, context);
      },
    }),
    route({
      method: 'get',
      path: '/rules/{id}/versions',
      may: 'rule.see',
      summary: 'How the rule was, newest first; rule null: it was removed',
      params: ById,
      query: PageQuery,
      answer: listOf(RuleVersionAnswer),
      act: async ({ params, query }) => {
        const history = await ruleHistory(database.kysely, params.id);
        if (history.length === 0) throw notFound('rule', params.id);
        return sliced(history.map(presentVersion), query);
      },
    }),
  ];
}

async function readRules(
  { database, catalogue }: RuleParts,
  { who, now, only }: Pick<Context, 'who' | 'now'> & { readonly only?: string },
): Promise<RuleAnswer[]> {
  const { plant, rules } = await catalogue.now();
  const asked = [...rules.values()].filter(({ id }) => only === undefined || id === only);
  const versions = await newestRuleVersions(database.kysely);
  const standing = await standingByRule(database.kysely);
  const hits = await hitsByRule(database.kysely, { since: new Date(now - HITS_MS), only });
  const dormant = dormantRules(asked, plant);
  return asked.map((rule) =>
    presentRule(rule, {
      who,
      plant,
      version: versions.get(rule.id),
      standing: standing.get(rule.id) ?? 0,
      hits: hits.get(rule.id),
      dormant: dormant.get(rule.id),
    }),
  );
}

async function readRule(
  parts: RuleParts,
  id: string,
  { who, now, res }: Pick<Context, 'who' | 'now' | 'res'>,
): Promise<RuleAnswer> {
  const [answer] = await readRules(parts, { who, now, only: id });
  if (!answer) throw notFound('rule', id);
  res.setHeader('etag', `"${answer.version}"`);
  return answer;
}

function changeBy(
  who: Who,
  { query, now, req }: Pick<Context<unknown, z.infer<typeof ReasonQuery>>, 'query' | 'now' | 'req'>,
): ChangeBy {
  const reason = query.reason ?? req.get('x-reason')?.trim().slice(0, 500);
  return {
    id: who.id,
    login: who.login,
    reason: reason || null,
    at: new Date(now),
    ifMatch: revisionOf(req.get('if-match')),
  };
}
