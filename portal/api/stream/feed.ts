/** Tells the portal of changes as they are committed: one listener a process, ids only; the rows are read in order. */
import type { Database } from '#shared/database/database.ts';
import { CHANGE_CHANNEL, type Change, changesSince, latestChange } from '#shared/database/queries/changes.ts';
import type { Log } from '#shared/process/log.ts';

const BATCH = 500;
const RETRY_MS = 1_000;

export class ChangeFeed {
  readonly name = 'changes';
  readonly #database: Database;
  readonly #log: Log;
  readonly #listeners = new Set<(change: Change | 'lost') => void>();
  #position = 0;
  #reading: Promise<void> | undefined;
  #again = false;
  #started = false;
  #stopped = false;
  #unlisten: (() => Promise<void>) | undefined;

  constructor(parts: { readonly database: Database; readonly log: Log }) {
    this.#database = parts.database;
    this.#log = parts.log;
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#database.listen(CHANGE_CHANNEL, () => this.#started && this.#notice());
    this.#position = await latestChange(this.#database.kysely);
    this.#started = true;
    this.#notice();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#unlisten?.();
    await this.#reading;
  }

  /** Every change up to this one was told. */
  get position(): number {
    return this.#position;
  }

  /** Tells `listener` of each change from now on, until the returned function is called. */
  subscribe(listener: (change: Change | 'lost') => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Notices that come while rows are read are answered by one more look. */
  #notice(): void {
    this.#again = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      if (this.#again && !this.#stopped) this.#notice();
    });
  }

  async #read(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        for (let full = true; full && !this.#stopped; ) {
          const changes = await changesSince(this.#database.kysely, this.#position, BATCH);
          for (const change of changes ?? []) this.#tell(change);
          if (!changes) await this.#skip();
          full = changes?.length === BATCH;
        }
      } catch (error) {
        this.#log.warn({ err: error }, 'changes cannot be read from the database; trying again');
        this.#again = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #tell(change: Change): void {
    this.#position = change.id;
    for (const listener of this.#listeners) listener(change);
  }

  /** Changes were forgotten before they were told: whoever listens must read everything again. */
  async #skip(): Promise<void> {
    this.#position = await latestChange(this.#database.kysely);
    for (const listener of this.#listeners) listener('lost');
  }
}
