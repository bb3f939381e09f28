/** The demo's machines at work: follows the plant, so that machines a person has removed fall silent. */
import type { Database } from '#shared/database/database.ts';
import { EFFECTIVE_CHANNEL, latestConfiguration } from '#shared/database/queries/configuration.ts';
import type { Log } from '#shared/process/log.ts';
import { Simulator } from '../simulator/simulator.ts';

interface FleetParts {
  readonly database: Database;
  readonly publish: (topic: string, payload: Uint8Array) => Promise<void>;
  readonly prefix: string;
  /** First start of this demo, epoch ms: faults develop from there. */
  readonly epoch: number;
  readonly log: Log;
}

/** Of all that is simulated, past and present: it decides which machine falls ill. */
export const SEED = 1;

export class DemoFleet {
  readonly name = 'demo fleet';
  readonly #parts: FleetParts;
  #simulator: Simulator | undefined;
  #version: number | undefined;
  #unlisten: (() => Promise<void>) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#parts.database.listen(EFFECTIVE_CHANNEL, () => this.#look());
    await this.#follow();
  }

  async stop(): Promise<void> {
    await this.#unlisten?.();
    await this.#work;
    await this.#simulator?.stop();
  }

  #look(): void {
    this.#work = this.#work
      .then(() => this.#follow())
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'the demo fleet did not learn of the new plant'));
  }

  async #follow(): Promise<void> {
    const { database, publish, prefix, epoch } = this.#parts;
    const found = await latestConfiguration(database.kysely);
    if (!found || found.plantVersion === this.#version) return;
    await this.#simulator?.stop();
    this.#version = found.plantVersion;
    this.#simulator = new Simulator({
      plant: found.plant,
      publish: (topic, payload) => publish(topic, Buffer.from(payload)),
      clock: Date.now,
      seed: SEED,
      epoch,
      prefix,
    });
    this.#simulator.start();
  }
}
