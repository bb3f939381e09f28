/** What leaves of a rule: the rule's own fields, who changed it last and why, and what it watches. */
import { concerns } from '#rules/engine/compile.ts';
import type { RuleHits, RuleVersionRow } from '#shared/database/queries/portal-rules.ts';
import { danglingRules } from '#shared/files/references.ts';
import { may, type Who } from '#shared/model/access.ts';
import type { RuleAnswer, RuleMay, RuleVersionAnswer } from '#shared/model/api/rule.ts';
import type { Machine, PlantIndex } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { MODE_STEPS } from '#shared/model/rule-steps.ts';
import { iso } from '../times.ts';

export function presentRule(
  rule: Rule,
  beside: {
    readonly who: Who;
    readonly plant: PlantIndex;
    readonly version: RuleVersionRow | undefined;
    readonly standing: number;
    readonly hits: RuleHits | undefined;
    readonly dormant: string | undefined;
  },
): RuleAnswer {
  const { who, plant, version, standing, hits, dormant } = beside;
  const machines = watched(rule, plant);
  return {
    ...rule,
    version: version?.version ?? 0,
    changedAt: (version?.created_at ?? new Date(0)).toISOString(),
    author: version?.author ?? null,
    reason: version?.reason ?? null,
    dormant: dormant ?? null,
    machines: machines.length,
    models: [...new Set(machines.map(({ model }) => model))],
    example: machines[0]?.id ?? null,
    standing,
    hits: hits?.hits ?? 0,
    precision: precisionOf(hits),
    may: mayDo(who, rule),
  };
}

function precisionOf(hits: RuleHits | undefined): number | null {
  const judged = hits ? hits.valid + hits.false_alarms : 0;
  return hits && judged > 0 ? (100 * hits.valid) / judged : null;
}

function mayDo(who: Who, { mode = 'live' }: Rule): RuleMay[] {
  return may(who.role, 'rule.change') ? ['change', 'remove', 'rollback', ...MODE_STEPS[mode]] : [];
}

export function presentVersion(row: RuleVersionRow): RuleVersionAnswer {
  const { version, created_at, effective_at, author, reason, content } = row;
  return { version, at: created_at.toISOString(), effectiveAt: iso(effective_at), author, reason, rule: content };
}

/** Rule → why it watches nothing. */
export function dormantRules(rules: Iterable<Rule>, plant: PlantIndex): ReadonlyMap<string, string> {
  const dangling = danglingRules({ version: 1, rules: [...rules] }, plant.plant);
  return new Map(dangling.map(({ rule, why }) => [rule, why]));
}

/** The machines the rule is for. Machines of a model are alike to a rule that names none of them. */
function watched(rule: Rule, index: PlantIndex): readonly Machine[] {
  const { machines } = index.plant;
  const named = rule.applies && 'machines' in rule.applies ? new Set(rule.applies.machines) : undefined;
  const byModel = new Map<string, boolean>();
  const concerned = (machine: Machine): boolean => {
    const model = index.model(machine.model);
    if (!model) return false;
    if (named) return named.has(machine.id) && concerns(rule, machine, model);
    const known = byModel.get(model.id) ?? concerns(rule, machine, model);
    byModel.set(model.id, known);
    return known;
  };
  return machines.filter(concerned);
}
