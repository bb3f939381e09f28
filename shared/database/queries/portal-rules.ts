/** What the portal asks about rules: who changed them when, and how many alarms of theirs stand. */
import { sql } from 'kysely';
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

export interface RuleHits {
  readonly rule: string;
  readonly hits: number;
  /** Cases to which it brought an alarm, by what people said of them; one that was merged counts as what it was merged into. */
  readonly valid: number;
  readonly false_alarms: number;
}

/** Rule → its alarms since then, those of the pilot included. */
export async function hitsByRule(
  db: Queries,
  { since, only }: { readonly since: Date; readonly only: string | undefined },
): Promise<ReadonlyMap<string, RuleHits>> {
  const { rows } = await sql<RuleHits>`with seen as (
      select alarm.rule, coalesce(whole.id, part.id) as case_id, coalesce(whole.verdict, part.verdict) as verdict
      from alarm left join service_case as part on part.id = alarm.case_id
      left join service_case as whole on whole.id = part.merged_into
      where alarm.noted_at >= ${since} ${only === undefined ? sql`` : sql`and alarm.rule = ${only}`}
    )
    select rule, count(*) as hits, count(distinct case_id) filter (where verdict = 'valid') as valid,
      count(distinct case_id) filter (where verdict = 'false-alarm') as false_alarms
    from seen group by rule`.execute(db);
  return new Map(rows.map((row) => [row.rule, row]));
}
