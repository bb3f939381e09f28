/** Each change of a rule is a version of its own, with author and reason. */
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { Rule, Rulebook } from '#shared/model/rule.ts';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';

/** Writes a version for each rule that is new, differs or is gone. */
export async function writeRuleVersions(
  tx: Transaction,
  before: Rulebook,
  after: Rulebook,
  by: { readonly rulebookVersion: number; readonly author: string | null; readonly reason: string | null },
): Promise<void> {
  const changed = changedRules(before, after);
  if (changed.length === 0) return;
  await sql`
    insert into rule_version (rule, version, rulebook_version, author, reason, content)
    select r.rule, coalesce((select max(v.version) from rule_version v where v.rule = r.rule), 0) + 1,
      ${by.rulebookVersion}, ${by.author}, ${by.reason}, nullif(r.content, 'null'::jsonb)
    from jsonb_to_recordset(${json(changed)}) as r (rule text, content jsonb)`.execute(tx);
}

function changedRules(before: Rulebook, after: Rulebook): { rule: string; content: Rule | null }[] {
  const old = new Map(before.rules.map((rule) => [rule.id, rule]));
  const kept = new Set(after.rules.map((rule) => rule.id));
  const written = after.rules.filter((rule) => !isDeepStrictEqual(rule, old.get(rule.id)));
  const deleted = before.rules.filter((rule) => !kept.has(rule.id));
  return [
    ...written.map((rule) => ({ rule: rule.id, content: rule })),
    ...deleted.map((rule) => ({ rule: rule.id, content: null })),
  ];
}
