/**
 * Of several processes one leads, the others wait. Who holds the lock leads at once, because the process that held it before
 * is gone; a leader that hangs keeps its lock, so the lease in the database decides after a while. Neither is trusted: each
 * commit carries the epoch (see commit.ts).
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldLock } from '#shared/database/connector.ts';
import type { Database } from '#shared/database/database.ts';
import { type Lead, resign, takeLead } from '#shared/database/queries/reader.ts';

/** A leader that has not committed for so long has lost the lead. */
export const LEASE_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

export class Leadership {
  readonly name: string;
  readonly #database: Database;
  readonly #leader = `${hostname()} ${process.pid} ${randomBytes(4).toString('hex')}`;
  #lock: HeldLock | undefined;
  #triedAt = -Infinity;

  constructor(database: Database, name: string) {
    this.#database = database;
    this.name = name;
  }

  /** Resolves once this process leads; `waiting` is called before the first wait. Rejects when the signal aborts. */
  async win(signal: AbortSignal, waiting: () => void): Promise<Lead> {
    for (let told = false; ; told = true) {
      signal.throwIfAborted();
      await this.hold();
      const lead = await takeLead(this.#database.kysely, {
        name: this.name,
        leader: this.#leader,
        leaseMs: LEASE_MS,
        alone: this.#lock !== undefined,
      });
      if (lead) return lead;
      if (!told) waiting();
      await sleep(LOOK_EVERY_MS + 5, undefined, { signal });
    }
  }

  /** Takes the lock where it is free, trying once a second; after an outage of the database it must be taken anew. */
  async hold(): Promise<void> {
    if (this.#lock || performance.now() - this.#triedAt < LOOK_EVERY_MS) return;
    this.#triedAt = performance.now();
    const lock = await this.#database.tryLock(`leitwarte reader ${this.name}`);
    this.#lock = lock;
    void lock?.lost.then(() => {
      if (this.#lock === lock) this.#lock = undefined;
    });
  }

  /** Leaves the lock to the one who leads by now, and gives it time to take it. */
  async giveWay(signal: AbortSignal): Promise<void> {
    await this.#lock?.release();
    await sleep(3 * LOOK_EVERY_MS, undefined, { signal });
  }

  /** Gives the lead to whoever waits for it. */
  async leave(epoch: number | undefined): Promise<void> {
    if (epoch !== undefined) await resign(this.#database.kysely, this.name, epoch);
    await this.#lock?.release();
  }
}
