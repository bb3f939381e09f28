/**
 * Plant and rulebook in versions. A configuration is one pair of them; it takes effect where ingest writes its version into
 * the journal, so that the past can be recomputed with what held then.
 */
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { EMPTY_PLANT, type Plant } from '#shared/model/plant.ts';
import { EMPTY_RULEBOOK, type Rulebook } from '#shared/model/rule.ts';
import type { Database, Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import { recordChanges } from './changes.ts';
import { writePlantRows } from './plant-rows.ts';
import { writeRuleVersions } from './rule-versions.ts';

/** NOTIFY of a version that is to be written into the journal. */
export const CONFIGURATION_CHANNEL = 'configuration';
/** NOTIFY of a version that stands in the journal now. */
export const EFFECTIVE_CHANNEL = 'configuration_effective';

export interface Configuration {
  readonly version: number;
  readonly plantVersion: number;
  readonly rulebookVersion: number;
  readonly plant: Plant;
  readonly rulebook: Rulebook;
  /** Rule id → version of the rule in this rulebook. */
  readonly ruleVersions: ReadonlyMap<string, number>;
  /** Rules this rulebook has not any more → version that removed them. */
  readonly removals: ReadonlyMap<string, number>;
  /** Name of who made it (else what the import named), and why. */
  readonly author: string | null;
  readonly reason: string | null;
}

export interface NewConfiguration {
  /** Replaces the whole plant; left out: stays. */
  readonly plant?: Plant;
  /** Replaces the whole rulebook; left out: stays. */
  readonly rulebook?: Rulebook;
  readonly author: string | null;
  readonly reason: string | null;
}

/** One import after the other: take it before reading what is compared with the new content. Held until the transaction ends. */
export async function lockConfiguration(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('leitwarte configuration', 0))`.execute(tx);
}

/**
 * Makes plant and rulebook what they are given as; entities that are missing are removed (their rows stay for the history).
 * Idempotent: where nothing differs, nothing is written and the version that holds is answered with `changed: false`.
 * The content must have been checked before.
 */
export async function applyConfiguration(
  tx: Transaction,
  next: NewConfiguration,
): Promise<{ version: number; changed: boolean }> {
  await lockConfiguration(tx);
  const before = await latestConfiguration(tx);
  const plant = plain(next.plant ?? before?.plant ?? EMPTY_PLANT);
  const rulebook = plain(next.rulebook ?? before?.rulebook ?? EMPTY_RULEBOOK);
  const samePlant = before !== undefined && isDeepStrictEqual(plant, before.plant);
  const sameRules = before !== undefined && isDeepStrictEqual(rulebook, before.rulebook);
  if (before && samePlant && sameRules) return { version: before.version, changed: false };

  const plantVersion = samePlant
    ? before.plantVersion
    : await writePlant(tx, before?.plant ?? EMPTY_PLANT, plant, next.author);
  const rulebookVersion = sameRules
    ? before.rulebookVersion
    : await writeRulebook(tx, before?.rulebook ?? EMPTY_RULEBOOK, rulebook, next);
  const { version } = await tx
    .insertInto('configuration')
    .values({
      plant_version: plantVersion,
      rulebook_version: rulebookVersion,
      author: next.author,
      reason: next.reason,
    })
    .returning('version')
    .executeTakeFirstOrThrow();
  await sql`select pg_notify(${CONFIGURATION_CHANNEL}, ${String(version)})`.execute(tx);
  await recordChanges(tx, [{ kind: 'configuration', ref: String(version), customer: null }]);
  return { version, changed: true };
}

async function writePlant(tx: Transaction, before: Plant, plant: Plant, author: string | null): Promise<number> {
  const { version } = await tx
    .insertInto('plant_version')
    .values({ author, content: json(plant) })
    .returning('version')
    .executeTakeFirstOrThrow();
  await writePlantRows(tx, before, plant, version);
  return version;
}

async function writeRulebook(
  tx: Transaction,
  before: Rulebook,
  rulebook: Rulebook,
  by: NewConfiguration,
): Promise<number> {
  const { author, reason } = by;
  const { version } = await tx
    .insertInto('rulebook_version')
    .values({ author, reason, content: json(rulebook) })
    .returning('version')
    .executeTakeFirstOrThrow();
  await writeRuleVersions(tx, before, rulebook, { rulebookVersion: version, author, reason });
  return version;
}

/** As JSON carries it: without keys that are undefined. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The newest configuration, whether it stands in the journal yet or not; undefined before the first import. */
export async function latestConfiguration(queries: Queries): Promise<Configuration | undefined> {
  const row = await queries
    .selectFrom('configuration')
    .select('version')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && configuration(queries, row.version);
}

export async function configuration(queries: Queries, version: number): Promise<Configuration | undefined> {
  const row = await queries
    .selectFrom('configuration as c')
    .innerJoin('plant_version as p', 'p.version', 'c.plant_version')
    .innerJoin('rulebook_version as r', 'r.version', 'c.rulebook_version')
    .leftJoin('account as a', 'a.login', 'c.author')
    .select(['c.version', 'c.plant_version', 'c.rulebook_version', 'p.content as plant', 'r.content as rulebook'])
    .select((e) => ['c.reason', e.fn.coalesce('a.name', 'c.author').as('author')])
    .where('c.version', '=', version)
    .executeTakeFirst();
  if (!row) return undefined;
  const versions = await queries
    .selectFrom('rule_version')
    .select((e) => ['rule', e.fn.max('version').as('version')])
    .where('rulebook_version', '<=', row.rulebook_version)
    .groupBy('rule')
    .execute();
  const { plant, rulebook, author, reason } = row;
  const known = new Map(versions.map((newest) => [newest.rule, newest.version]));
  const ruleVersions = new Map(rulebook.rules.map(({ id }) => [id, known.get(id) ?? 1]));
  const removals = new Map([...known].filter(([id]) => !ruleVersions.has(id)));
  return {
    version,
    plantVersion: row.plant_version,
    rulebookVersion: row.rulebook_version,
    plant,
    rulebook,
    ruleVersions,
    removals,
    author,
    reason,
  };
}

/** The configuration that held at a place of the journal: the newest that took effect there or before. */
export async function configurationAt(queries: Queries, position: number): Promise<Configuration | undefined> {
  const row = await queries
    .selectFrom('configuration')
    .select('version')
    .where('position', '<=', position)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && configuration(queries, row.version);
}

/** What held at some time in [from, to], oldest first, `most` of the newest; each with its beginning on the server's clock. */
export async function configurationsBetween(
  queries: Queries,
  range: { readonly from: Date; readonly to: Date; readonly most: number },
): Promise<readonly (Configuration & { readonly since: Date })[]> {
  const rows = await queries
    .selectFrom('configuration')
    .select(['version', 'effective_at'])
    .where('effective_at', '<=', range.to)
    .orderBy('version', 'desc')
    .limit(range.most)
    .execute();
  const begun = rows.findIndex(({ effective_at }) => effective_at !== null && effective_at <= range.from);
  const held = [];
  for (const { version, effective_at } of rows.slice(0, begun < 0 ? undefined : begun + 1).reverse()) {
    const known = await configuration(queries, version);
    if (known && effective_at) held.push({ ...known, since: effective_at });
  }
  return held;
}

/** Versions that are not in the journal yet, oldest first: ingest writes them there. */
export async function pendingConfigurations(queries: Queries): Promise<readonly number[]> {
  const rows = await queries
    .selectFrom('configuration')
    .select('version')
    .where('position', 'is', null)
    .orderBy('version')
    .execute();
  return rows.map((row) => row.version);
}

/** Tells that the version holds from the journal's `position` and `at` (epoch ms) on; the first time counts. */
export async function markEffective(queries: Queries, version: number, position: number, at: number): Promise<void> {
  const marked = await queries
    .updateTable('configuration')
    .set({ position, effective_at: new Date(at) })
    .where('version', '=', version)
    .where('position', 'is', null)
    .executeTakeFirst();
  if (marked.numUpdatedRows > 0n)
    await sql`select pg_notify(${EFFECTIVE_CHANNEL}, ${String(version)})`.execute(queries);
}

/** Resolves to true once the version stands in the journal, to false after `timeoutMs`. */
export async function waitEffective(database: Database, version: number, timeoutMs: number): Promise<boolean> {
  let wake = (): void => undefined;
  const stop = await database.listen(EFFECTIVE_CHANNEL, () => wake());
  const end = Date.now() + timeoutMs;
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const row = await database.kysely
        .selectFrom('configuration')
        .select('effective_at')
        .where('version', '=', version)
        .executeTakeFirst();
      if (row?.effective_at) return true;
      const left = end - Date.now();
      if (left <= 0) return false;
      const timer = setTimeout(wake, left);
      await woken;
      clearTimeout(timer);
    }
  } finally {
    await stop();
  }
}
