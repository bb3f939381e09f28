/** Changes the rulebook by one rule: checked as in the file, kept with author and reason, in effect before it is answered. */
import { audit } from '#shared/database/queries/audit.ts';
import { applyConfiguration, latestConfiguration, lockConfiguration } from '#shared/database/queries/configuration.ts';
import { readRule } from '#shared/files/read-rulebook.ts';
import { EMPTY_PLANT } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { PortalParts } from '../parts.ts';
import { invalid, notFound, ProblemError } from '../problems.ts';

type ChangeParts = Pick<PortalParts, 'database' | 'confirmConfiguration'>;

export interface ChangeBy {
  readonly id: string;
  readonly login: string;
  readonly reason: string | null;
  readonly at: Date;
  /** Version of the rule the person saw; undefined: whatever it is now. */
  readonly ifMatch: number | undefined;
}

/** Adds or replaces the rule. Throws a problem with the place of everything that is wrong with it. */
export async function putRule(parts: ChangeParts, id: string, value: unknown, by: ChangeBy): Promise<void> {
  await change(parts, id, by, 'rule.changed', (rules, plant) => {
    const { rule, problems } = readRule(value, plant);
    if (!rule) {
      throw invalid(problems.map(({ path, message }) => ({ path: path === '' ? 'body' : `body.${path}`, message })));
    }
    if (rule.id !== id) throw invalid([{ path: 'body.id', message: `is not the id of the address, "${id}"` }]);
    return rules.some((known) => known.id === id)
      ? rules.map((known) => (known.id === id ? rule : known))
      : [...rules, rule];
  });
}

export async function removeRule(parts: ChangeParts, id: string, by: ChangeBy): Promise<void> {
  await change(parts, id, by, 'rule.removed', (rules) => {
    if (!rules.some((rule) => rule.id === id)) throw notFound('rule', id);
    return rules.filter((rule) => rule.id !== id);
  });
}

async function change(
  { database, confirmConfiguration }: ChangeParts,
  id: string,
  by: ChangeBy,
  action: 'rule.changed' | 'rule.removed',
  next: (rules: readonly Rule[], plant: typeof EMPTY_PLANT) => readonly Rule[],
): Promise<void> {
  const applied = await database.transaction(async (tx) => {
    await lockConfiguration(tx);
    const now = await latestConfiguration(tx);
    const rules = now?.rulebook.rules ?? [];
    const version = rules.some((rule) => rule.id === id) ? (now?.ruleVersions.get(id) ?? 0) : 0;
    if (by.ifMatch !== undefined && by.ifMatch !== version) {
      const current = { version, rule: rules.find((rule) => rule.id === id) ?? null };
      throw new ProblemError('conflict', 'Somebody changed the rule since you read it.', { extra: { current } });
    }
    const rulebook = { version: 1 as const, rules: next(rules, now?.plant ?? EMPTY_PLANT) };
    const detail = by.reason === null ? undefined : { reason: by.reason };
    await audit(tx, { actor: by.id, action, subject: id, ...(detail ? { detail } : {}) }, by.at);
    return applyConfiguration(tx, { rulebook, author: by.login, reason: by.reason });
  });
  if (applied.changed) await confirmConfiguration(applied.version);
}
