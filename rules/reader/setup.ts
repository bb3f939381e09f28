/** What holds from a place of the journal on: plant, program of the engine, versions of the rules. */
import type { Queries } from '#shared/database/database.ts';
import { type Configuration, configuration } from '#shared/database/queries/configuration.ts';
import type { JournalRecord } from '#shared/journal/port.ts';
import { EMPTY_PLANT, PlantIndex } from '#shared/model/plant.ts';
import { EMPTY_RULEBOOK } from '#shared/model/rule.ts';
import type { Log } from '#shared/process/log.ts';
import { compile, type Program } from '#rules/engine/compile.ts';

export interface Setup {
  /** null: no configuration yet. */
  readonly version: number | null;
  readonly index: PlantIndex;
  readonly program: Program;
  readonly ruleVersions: ReadonlyMap<string, number>;
  /** Rules that are gone → version that removed them. */
  readonly removals: ReadonlyMap<string, number>;
  /** Who made the configuration, and why. */
  readonly author: string | null;
  readonly reason: string | null;
}

/** Throws RangeError where the content was not checked before it was stored. */
export function setUp(known: Configuration | undefined): Setup {
  const plant = known?.plant ?? EMPTY_PLANT;
  return {
    version: known?.version ?? null,
    index: new PlantIndex(plant),
    program: compile(plant, known?.rulebook ?? EMPTY_RULEBOOK),
    ruleVersions: known?.ruleVersions ?? new Map(),
    removals: known?.removals ?? new Map(),
    author: known?.author ?? null,
    reason: known?.reason ?? null,
  };
}

/** Configurations that records of the journal name, read from the database before the fold meets them. */
export class Setups {
  readonly #queries: Queries;
  readonly #log: Log;
  readonly #known = new Map<number, Setup | undefined>();

  constructor(queries: Queries, log: Log) {
    this.#queries = queries;
    this.#log = log;
  }

  /** Reads what these records name, and forgets the rest. Rejects while the database is away. */
  async load(records: readonly JournalRecord[]): Promise<void> {
    const wanted = new Set(records.filter((record) => record.kind === 'config').map(versionOf));
    for (const version of this.#known.keys()) if (!wanted.has(version)) this.#known.delete(version);
    for (const version of wanted) {
      if (version !== undefined && !this.#known.has(version)) this.#known.set(version, await this.#read(version));
    }
  }

  /** What the record names; undefined where the database cannot say, so that what held before goes on. */
  of(record: JournalRecord): Setup | undefined {
    return this.#known.get(versionOf(record) ?? -1);
  }

  async #read(version: number): Promise<Setup | undefined> {
    const known = await configuration(this.#queries, version);
    if (!known) {
      this.#log.error(
        { version },
        'the journal names a configuration that the database does not have; the one before goes on',
      );
      return undefined;
    }
    try {
      return setUp(known);
    } catch (error) {
      this.#log.error({ version, err: error }, 'a configuration cannot be compiled; the one before goes on');
      return undefined;
    }
  }
}

function versionOf(record: JournalRecord): number | undefined {
  try {
    const { version } = JSON.parse(Buffer.from(record.payload).toString('utf8')) as { version?: unknown };
    return typeof version === 'number' ? version : undefined;
  } catch {
    return undefined;
  }
}
