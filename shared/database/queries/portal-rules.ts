/** What the portal asks about rules: who changed them when, and how many alarms of theirs stand. */
import type { Rule } from '#shared/model/rule.ts';
import type { Queries } from '../database.ts';

export interface RuleVersionRow {
  readonly rule: string;
  readonly version: number;
  readonly created_at: Date;
  /** When it took effect in the journal; null: not yet. */
  readonly effective_at: Date | null;
  /** Name of the person, or what the import named. */
  readonly author: string | null;
  readonly reason: string | null;
  /** null: the rule was deleted. */
  readonly content: Rule | null;
}

function versions(db: Queries) {
  return db
    .selectFrom('rule_version')
    .leftJoin('account', 'account.login', 'rule_version.author')
    .select((e) => [
      'rule_version.rule',
      'rule_version.version',
      'rule_version.created_at',
      e
        .selectFrom('configuration')
        .select((c) => c.fn.min('configuration.effective_at').as('effective_at'))
        .whereRef('configuration.rulebook_version', '=', 'rule_version.rulebook_version')
        .as('effective_at'),
      e.fn.coalesce('account.name', 'rule_version.author').as('author'),
      'rule_version.reason',
      'rule_version.content',
    ]);
}

/** The newest version of every rule there ever was. */
export async function newestRuleVersions(db: Queries): Promise<ReadonlyMap<string, RuleVersionRow>> {
  const rows = await versions(db)
    .distinctOn('rule_version.rule')
    .orderBy('rule_version.rule')
    .orderBy('rule_version.version', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.rule, row]));
}

/** All versions of one rule, newest first. */
export function ruleHistory(db: Queries, rule: string): Promise<RuleVersionRow[]> {
  return versions(db).where('rule_version.rule', '=', rule).orderBy('rule_version.version', 'desc').execute();
}

/** Rule → alarms that stand now. */
export async function standingByRule(db: Queries): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('alarm')
    .select((e) => ['rule', e.fn.countAll<number>().as('count')])
    .where('cleared_at', 'is', null)
    .groupBy('rule')
    .execute();
  return new Map(rows.map(({ rule, count }) => [rule, count]));
}
