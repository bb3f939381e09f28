/** Changes the rulebook by one rule: checked as in the file, kept with author and reason, in effect before it is answered. */
import { type AuditAction, audit } from '#shared/database/queries/audit.ts';
import { applyConfiguration, latestConfiguration, lockConfiguration } from '#shared/database/queries/configuration.ts';
import { ruleHistory } from '#shared/database/queries/portal-rules.ts';
import { readRule } from '#shared/files/read-rulebook.ts';
import { EMPTY_PLANT } from '#shared/model/plant.ts';
import type { Mode, Rule } from '#shared/model/rule.ts';
import { MODE_STEPS } from '#shared/model/rule-steps.ts';
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
    return replaced(rules, rule);
  });
}

export async function removeRule(parts: ChangeParts, id: string, by: ChangeBy): Promise<void> {
  await change(parts, id, by, 'rule.removed', (rules) => {
    if (!rules.some((rule) => rule.id === id)) throw notFound('rule', id);
    return rules.filter((rule) => rule.id !== id);
  });
}

/** Takes the rule one step further. Throws a problem where the way does not lead there. */
export async function setMode(parts: ChangeParts, id: string, mode: Mode, by: ChangeBy): Promise<void> {
  await change(parts, id, by, 'rule.mode', (rules) => {
    const known = rules.find((rule) => rule.id === id);
    if (!known) throw notFound('rule', id);
    const from = known.mode ?? 'live';
    if (from !== mode && !MODE_STEPS[from].includes(mode)) {
      const way = MODE_STEPS[from].join(' or ');
      throw invalid([
        { path: 'body.mode', message: `from ${from} the next step is ${way}: nobody should meet an untried rule` },
      ]);
    }
    return rules.map((rule) => (rule.id === id ? { ...rule, mode } : rule));
  });
}

/** Makes the rule what it was in that version, as a version of its own; one that was removed is there again. */
export async function rollBack(parts: ChangeParts, id: string, version: number, by: ChangeBy): Promise<void> {
  const history = await ruleHistory(parts.database.kysely, id);
  if (history.length === 0) throw notFound('rule', id);
  const wanted = history.find((row) => row.version === version);
  if (!wanted) throw invalid([{ path: 'body.version', message: `the rule has the versions 1 to ${history.length}` }]);
  if (!wanted.content) {
    throw invalid([{ path: 'body.version', message: `version ${version} removed the rule: delete it instead` }]);
  }
  await change(parts, id, by, 'rule.rolled-back', (rules, plant) => {
    const { rule, problems } = readRule(wanted.content, plant);
    if (!rule) {
      const why = problems.map(({ message }) => message).join('; ');
      throw invalid([{ path: 'body.version', message: `version ${version} does not fit the plant any more: ${why}` }]);
    }
    return replaced(rules, rule);
  });
}

function replaced(rules: readonly Rule[], rule: Rule): readonly Rule[] {
  if (!rules.some(({ id }) => id === rule.id)) return [...rules, rule];
  return rules.map((known) => (known.id === rule.id ? rule : known));
}

async function change(
  { database, confirmConfiguration }: ChangeParts,
  id: string,
  by: ChangeBy,
  action: Extract<AuditAction, `rule.${string}`>,
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
