/** Tries again what an outage of the database or the disk stopped; nothing is skipped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isOutage } from '#shared/database/unavailable.ts';
import { JournalUnavailable } from '#shared/journal/port.ts';
import type { Log } from '#shared/process/log.ts';

const PAUSE_MS = { first: 100, most: 3_000 };

export class Retry {
  readonly #log: Log;
  readonly #signal: AbortSignal;
  #waitingFor: string | undefined;

  /** After the signal an outage ends the work instead of waiting for its end. */
  constructor(log: Log, signal: AbortSignal) {
    this.#log = log;
    this.#signal = signal;
  }

  /** What is away, and the mend; undefined while nothing is. */
  get waitingFor(): string | undefined {
    return this.#waitingFor;
  }

  /** Resolves with what `act` does, after as many attempts as it takes; rejects with every error that is no outage. */
  async until<T>(act: () => Promise<T>): Promise<T> {
    for (let pause = PAUSE_MS.first; ; pause = Math.min(pause * 2, PAUSE_MS.most)) {
      try {
        const result = await act();
        if (this.#waitingFor !== undefined) this.#log.info('the rules go on');
        this.#waitingFor = undefined;
        return result;
      } catch (error) {
        if (!(isOutage(error) || error instanceof JournalUnavailable) || this.#signal.aborted) throw error;
        const { message } = error as Error;
        if (this.#waitingFor === undefined)
          this.#log.warn({ cause: message }, 'the rules wait, and go on where they are');
        this.#waitingFor = message;
        await sleep(pause, undefined, { signal: this.#signal });
      }
    }
  }
}
