/** The plant and the rulebook as they stand now, in memory; asked for their version at each use, read once a version. */
import type { Database } from '#shared/database/database.ts';
import { configuration } from '#shared/database/queries/configuration.ts';
import { newestVersion } from '#shared/database/queries/portal-catalogue.ts';
import { EMPTY_PLANT, PlantIndex } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';

export interface Content {
  readonly version: number;
  readonly plant: PlantIndex;
  /** In the order of the file. */
  readonly rules: ReadonlyMap<string, Rule>;
  readonly ruleVersions: ReadonlyMap<string, number>;
}

const NOTHING: Content = { version: 0, plant: new PlantIndex(EMPTY_PLANT), rules: new Map(), ruleVersions: new Map() };

export class Catalogue {
  readonly #database: Database;
  #content = NOTHING;

  constructor(database: Database) {
    this.#database = database;
  }

  async now(): Promise<Content> {
    const version = await newestVersion(this.#database.kysely);
    if (this.#content.version === version) return this.#content;
    const read = await configuration(this.#database.kysely, version);
    if (!read) return NOTHING;
    this.#content = {
      version,
      plant: new PlantIndex(read.plant),
      rules: new Map(read.rulebook.rules.map((rule) => [rule.id, rule])),
      ruleVersions: read.ruleVersions,
    };
    return this.#content;
  }
}
