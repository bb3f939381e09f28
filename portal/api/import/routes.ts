/** Plant and rules as files: what would change, and the change. */
import { z } from 'zod';
import { audit } from '#shared/database/queries/audit.ts';
import { applyConfiguration, latestConfiguration, lockConfiguration } from '#shared/database/queries/configuration.ts';
import type { Who } from '#shared/model/access.ts';
import { ImportAnswer } from '#shared/model/api/rule.ts';
import type { PortalParts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { type PlannedImport, type Planner, plantPlanner, rulesPlanner } from './plan.ts';

type ImportParts = Pick<PortalParts, 'database' | 'confirmConfiguration' | 'credentials'>;

const ImportQuery = z.object({
  dryRun: z.stringbool().default(false),
  reason: z.string().trim().min(1).max(500).optional(),
});
type ImportQuery = z.infer<typeof ImportQuery>;

const SENTENCE = {
  method: 'post',
  takes: 'document',
  query: ImportQuery,
  body: z.string(),
  answer: ImportAnswer,
} as const;

export function importRoutes(parts: ImportParts): Route[] {
  return [
    route({
      ...SENTENCE,
      path: '/import/plant',
      may: 'plant.import',
      summary: 'Replaces the plant; dryRun=true: only tells what would change',
      act: ({ who, body, query, now }) =>
        carryOut(parts, {
          action: 'plant.imported',
          planner: plantPlanner(body, parts.credentials.reserved),
          query,
          who,
          now,
        }),
    }),
    route({
      ...SENTENCE,
      path: '/import/rules',
      may: 'plant.import',
      summary: 'Replaces the rulebook; dryRun=true: only tells what would change',
      act: ({ who, body, query, now }) =>
        carryOut(parts, { action: 'rules.imported', planner: rulesPlanner(body), query, who, now }),
    }),
  ];
}

const NOT_YET = 'The change is kept, but ingest has not taken it over yet: it takes effect as soon as ingest runs.';

interface Asked {
  readonly action: 'plant.imported' | 'rules.imported';
  readonly planner: Planner;
  readonly query: ImportQuery;
  readonly who: Who;
  readonly now: number;
}

async function carryOut({ database, confirmConfiguration }: ImportParts, asked: Asked): Promise<ImportAnswer> {
  const { action, planner, query, who, now } = asked;
  const { planned, applied } = await database.transaction(async (tx) => {
    if (!query.dryRun) await lockConfiguration(tx);
    const planned = planner(await latestConfiguration(tx));
    if (query.dryRun) return { planned, applied: undefined };
    await audit(tx, { actor: who.id, action, detail: counts(planned) }, new Date(now));
    const applied = await applyConfiguration(tx, {
      ...planned.next,
      author: who.login,
      reason: query.reason ?? 'import',
    });
    return { planned, applied };
  });
  const late = applied?.changed && !(await confirmConfiguration(applied.version));
  return { ...planned.answer, warnings: [...planned.answer.warnings, ...(late ? [NOT_YET] : [])] };
}

function counts({ answer: { created, updated, unchanged, removed } }: PlannedImport): Record<string, number> {
  return { created, updated, unchanged, removed };
}
