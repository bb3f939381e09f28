/**
 * The last resort: an outside watcher (Healthchecks, Uptime Kuma push …) is called while heartbeats come everywhere. When all
 * of the house is dead, or nobody in it can write to people, it is the one that tells.
 */
import type { Log } from '#shared/process/log.ts';

export interface OutsideParts {
  readonly url: string;
  /** Calls the address; rejects where it does not answer well. */
  readonly call: (url: string) => Promise<void>;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
}

const EVERY_MS = 60_000;
const ANSWER_WITHIN_MS = 10_000;

export class Outside {
  readonly #parts: OutsideParts;
  #calledAt = -Infinity;
  #failing = false;
  #calling: Promise<void> = Promise.resolve();

  constructor(parts: OutsideParts) {
    this.#parts = parts;
  }

  /** Told at each look whether all is well; calls at most once a minute. */
  looked(allWell: boolean): void {
    const { clock } = this.#parts;
    if (!allWell || clock() - this.#calledAt < EVERY_MS) return;
    this.#calledAt = clock();
    this.#calling = this.#call();
  }

  /** Resolves when the call in flight is over. */
  settled(): Promise<void> {
    return this.#calling;
  }

  async #call(): Promise<void> {
    const { url, call, log } = this.#parts;
    try {
      await call(url);
      this.#failing = false;
    } catch (error) {
      // The address may hold a secret: only its host is told.
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#failing) log.warn({ host: new URL(url).host, why }, 'the outside watcher does not answer');
      this.#failing = true;
    }
  }
}

/** GET, without following anywhere else. */
export async function callOutside(url: string): Promise<void> {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
}
