/** Imports into the database itself: both files in one transaction, whether the house runs on it or not. */
import type { Database } from '#shared/database/database.ts';
import { audit } from '#shared/database/queries/audit.ts';
import {
  applyConfiguration,
  latestConfiguration,
  lockConfiguration,
  waitEffective,
} from '#shared/database/queries/configuration.ts';
import { EMPTY_PLANT } from '#shared/model/plant.ts';
import { diffPlant, diffRulebook } from '#shared/files/diff.ts';
import { formatProblem } from '#shared/files/problem.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { danglingRules } from '#shared/files/references.ts';
import { ImportRefused, type Order } from './order.ts';
import type { Imported } from './report.ts';

const AUTHOR = 'import';
/** A running ingest takes a change over at once; one that is stopped does so when it starts. */
const TAKEN_OVER_WITHIN_MS = 2000;

/** Throws ImportRefused where rules name what the plant of the house lacks; then nothing was changed. */
export async function importThroughDatabase(database: Database, order: Order, now: Date): Promise<readonly Imported[]> {
  const { plant: next, rules, dryRun } = order;
  const { imported, version } = await database.transaction(async (tx) => {
    if (!dryRun) await lockConfiguration(tx);
    const before = await latestConfiguration(tx);
    const plant = next?.read ?? before?.plant ?? EMPTY_PLANT;
    const read = rules && readRulebook(rules.text, rules.name, plant, { strict: true });
    if (read && !read.rulebook) throw new ImportRefused(read.problems.map(formatProblem));
    const done: Imported[] = [];
    if (next) {
      const dormant = before && !rules ? danglingRules(before.rulebook, plant) : [];
      const warnings = dormant.map(({ rule, why }) => `Rule ${rule} will watch nothing: ${why}`);
      done.push({ file: next.name, answer: { ...diffPlant(before?.plant, plant), warnings } });
    }
    if (rules && read?.rulebook) {
      const warnings = read.warnings.map(formatProblem);
      done.push({ file: rules.name, answer: { ...diffRulebook(before?.rulebook, read.rulebook), warnings } });
    }
    if (dryRun) return { imported: done, version: undefined };
    if (next) await audit(tx, { actor: null, action: 'plant.imported', detail: { by: 'command' } }, now);
    if (rules) await audit(tx, { actor: null, action: 'rules.imported', detail: { by: 'command' } }, now);
    const applied = await applyConfiguration(tx, {
      ...(next ? { plant } : {}),
      ...(read?.rulebook ? { rulebook: read.rulebook } : {}),
      author: AUTHOR,
      reason: 'import',
    });
    return { imported: done, version: applied.changed ? applied.version : undefined };
  });
  if (version !== undefined) await waitEffective(database, version, TAKEN_OVER_WITHIN_MS);
  return imported;
}
