/** Writes each new configuration into the journal, so that it takes effect for every reader at the same place. */
import type { Database } from '#shared/database/database.ts';
import {
  CONFIGURATION_CHANNEL,
  configuration,
  latestConfiguration,
  markEffective,
  pendingConfigurations,
} from '#shared/database/queries/configuration.ts';
import type { Position } from '#shared/journal/port.ts';
import type { Log } from '#shared/process/log.ts';

interface ConfiguratorParts {
  readonly database: Database;
  /** Writes the version into the journal; resolves with the place once it is on disk. */
  readonly journal: (version: number) => Promise<Position>;
  readonly clock: () => number;
  readonly log: Log;
}

/** Notices can be lost with a connection; so often is looked all the same. */
const LOOK_EVERY_MS = 5_000;

export class Configurator {
  readonly name = 'configurator';
  readonly #parts: ConfiguratorParts;
  #unlisten: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;
  #machines: ReadonlySet<string> = new Set();

  constructor(parts: ConfiguratorParts) {
    this.#parts = parts;
  }

  /** The newest configuration is written again at each start: a journal begun anew must know it too. */
  async start(): Promise<void> {
    const latest = await latestConfiguration(this.#parts.database.kysely);
    if (latest) await this.#write(latest.version);
    this.#unlisten = await this.#parts.database.listen(CONFIGURATION_CHANNEL, () => this.#look());
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#unlisten?.();
    await this.#work;
  }

  /** Whether the configuration that holds has a machine of this name. */
  isMachine(name: string): boolean {
    return this.#machines.has(name);
  }

  #look(): void {
    this.#work = this.#work.then(() => this.#writePending());
  }

  async #writePending(): Promise<void> {
    if (this.#stopped) return;
    const { database, log } = this.#parts;
    try {
      for (const version of await pendingConfigurations(database.kysely)) await this.#write(version);
    } catch (error) {
      log.warn({ err: error }, 'a new configuration is not in the journal yet; trying again');
    }
  }

  async #write(version: number): Promise<void> {
    const { plant } = (await configuration(this.#parts.database.kysely, version)) ?? {};
    this.#machines = new Set(plant?.machines.map((machine) => machine.id));
    const position = await this.#parts.journal(version);
    await markEffective(this.#parts.database.kysely, version, position, this.#parts.clock());
    this.#parts.log.info({ version }, 'configuration takes effect');
  }
}
