/** The demo in the database: whether this house is one, and its plant and rules at the first start. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Database, Queries } from '#shared/database/database.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import { formatProblem } from '#shared/files/problem.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rulebook } from '#shared/model/rule.ts';

/** Author of what the demo imports; everything else was imported by a person. */
const AUTHOR = 'demo';

/** True until a person has imported a plant. */
export async function isDemoHouse(database: Database): Promise<boolean> {
  const imported = await database.kysely
    .selectFrom('plant_version')
    .select('version')
    .where((e) => e.or([e('author', '!=', AUTHOR), e('author', 'is', null)]))
    .limit(1)
    .executeTakeFirst();
  return imported === undefined;
}

/** Imports the demo's plant and rules where there is no plant at all yet, and answers when it was (epoch ms). */
export async function ensureDemoPlant(database: Database): Promise<number> {
  return database.transaction(async (tx) => {
    const before = await demoSince(tx);
    if (before !== undefined) return before;
    const { plant, rulebook } = demoFiles();
    await applyConfiguration(tx, { plant, rulebook, author: AUTHOR, reason: 'demo' });
    return (await demoSince(tx)) ?? Date.now();
  });
}

async function demoSince(queries: Queries): Promise<number | undefined> {
  const first = await queries
    .selectFrom('plant_version')
    .select('created_at')
    .orderBy('version')
    .limit(1)
    .executeTakeFirst();
  return first?.created_at.getTime();
}

export interface Demo {
  readonly plant: Plant;
  readonly rulebook: Rulebook;
}

/** Plant and rules as the files of this folder have them. */
export function demoFiles(): Demo {
  const text = (name: string) => readFileSync(path.join(import.meta.dirname, name), 'utf8');
  const read = readPlant(text('plant.yaml'), 'plant.yaml');
  const rules = read.plant && readRulebook(text('rules.yaml'), 'rules.yaml', read.plant, { strict: true });
  if (!read.plant || !rules?.rulebook) {
    const problems = [...read.problems, ...(rules?.problems ?? [])];
    throw new Error(`the demo's own files have problems:\n${problems.map(formatProblem).join('\n')}`);
  }
  return { plant: read.plant, rulebook: rules.rulebook };
}
