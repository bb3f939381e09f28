/** Trying again for as long as it takes, visibly. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#shared/process/log.ts';

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;
const REPEAT_LOG_MS = 60_000;

/** What is being waited for. */
export interface Trouble {
  /** What is wrong and what to do. */
  readonly message: string;
  /** Since when, epoch ms. */
  readonly since: number;
}

export class Patience {
  readonly #clock: () => number;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #troubles = new Set<{ message: string; since: number }>();

  /** The signal ends the waiting: what is tried then rejects with the error it failed with last. */
  constructor(options: { clock: () => number; log: Log; signal: AbortSignal }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#signal = options.signal;
  }

  /** What has lasted longest of all that is being waited for. */
  get trouble(): Trouble | undefined {
    const [first] = this.#troubles;
    return first && { ...first };
  }

  /** Does `work` until it succeeds, with pauses from 0.2 to 5 s. */
  async until<T>(work: () => Promise<T>): Promise<T> {
    const trouble = { message: '', since: 0 };
    try {
      for (let delay = FIRST_DELAY_MS, loggedAt = -Infinity; ; delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
        try {
          return await work();
        } catch (error) {
          if (this.#signal.aborted) throw error;
          const now = this.#clock();
          if (!this.#troubles.has(trouble)) trouble.since = now;
          trouble.message = error instanceof Error ? error.message : String(error);
          this.#troubles.add(trouble);
          if (now - loggedAt >= REPEAT_LOG_MS) {
            this.#log.warn({ err: error }, 'readings wait in the journal; trying again');
            loggedAt = now;
          }
          await this.pause(delay);
        }
      }
    } finally {
      const ended = this.#troubles.delete(trouble);
      if (ended && !this.#signal.aborted) {
        this.#log.info({ waitedMs: this.#clock() - trouble.since }, 'what was waited for is there: storing goes on');
      }
    }
  }

  /** Resolves after `ms`, or at once when the waiting ends. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal }).catch(() => undefined);
  }
}
