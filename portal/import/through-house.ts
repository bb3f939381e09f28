/** Imports through the API of a house that runs on this computer and alone holds its embedded database. */
import { diffRulebook } from '#shared/files/diff.ts';
import { formatProblem } from '#shared/files/problem.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { Problem } from '#shared/model/api/common.ts';
import { ImportAnswer, type RuleAnswer } from '#shared/model/api/rule.ts';
import { ruleOf } from '#shared/model/rule-beside.ts';
import type { Rule } from '#shared/model/rule.ts';
import { ask, type RunningHouse } from '../running-house.ts';
import { ImportRefused, type NamedText, type Order } from './order.ts';
import type { Imported } from './report.ts';

const IMPORTS_WITHIN_MS = 120_000;

/**
 * Throws ImportRefused with what the house refuses. Both files were read together before, so what is wrong with one keeps
 * the other from being imported.
 */
export async function importThroughHouse(
  house: RunningHouse,
  { plant, rules, dryRun }: Order,
): Promise<readonly Imported[]> {
  const imported: Imported[] = [];
  if (plant) imported.push({ file: plant.name, answer: await importFile(house, 'plant', plant, dryRun) });
  if (rules && plant && dryRun) {
    // The house would judge the rules by the plant it has, not by the one that is still to come.
    const read = readRulebook(rules.text, rules.name, plant.read, { strict: true });
    if (!read.rulebook) throw new ImportRefused(read.problems.map(formatProblem));
    const before = { version: 1, rules: await currentRules(house) } as const;
    imported.push({
      file: rules.name,
      answer: { ...diffRulebook(before, read.rulebook), warnings: read.warnings.map(formatProblem) },
    });
  } else if (rules) {
    try {
      imported.push({ file: rules.name, answer: await importFile(house, 'rules', rules, dryRun) });
    } catch (error) {
      throw plant
        ? new ImportRefused(
            [...problemsOf(error), `${plant.name} is imported, ${rules.name} is not: import it again`],
            true,
          )
        : error;
    }
  }
  return imported;
}

async function importFile(
  house: RunningHouse,
  what: 'plant' | 'rules',
  { name, text }: NamedText,
  dryRun: boolean,
): Promise<ImportAnswer> {
  const answer = await ask(house, `import/${what}?dryRun=${dryRun}`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: text,
    signal: AbortSignal.timeout(IMPORTS_WITHIN_MS),
  });
  const body: unknown = await answer.json();
  if (answer.ok) return ImportAnswer.parse(body);
  const problem = Problem.safeParse(body).data;
  const errors = problem?.errors ?? [];
  const place = ({ line = 1, column = 1, path }: (typeof errors)[number]) =>
    `${name}:${line}:${column}${path === '' ? '' : ` ${path}:`}`;
  throw new ImportRefused(
    errors.length > 0
      ? errors.map((error) => `${place(error)} ${error.message}`)
      : [`${name}: the house refuses it: ${problem?.detail ?? `status ${answer.status}`}`],
  );
}

function problemsOf(error: unknown): readonly string[] {
  return error instanceof ImportRefused ? error.problems : [error instanceof Error ? error.message : String(error)];
}

async function currentRules(house: RunningHouse): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await ask(house, `rules?limit=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, {
      signal: AbortSignal.timeout(IMPORTS_WITHIN_MS),
    });
    if (!answer.ok) throw new ImportRefused([`the house does not tell its rules (status ${answer.status})`]);
    const page = (await answer.json()) as { items: readonly RuleAnswer[]; next: string | null };
    rules.push(...page.items.map(ruleOf));
    cursor = page.next;
  }
  return rules;
}
