/** Lets work in the background leave half of the time to others. */
import { setTimeout as sleep } from 'node:timers/promises';

const SLICE_MS = 8;

export class Pace {
  readonly #signal: AbortSignal;
  #since = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** To be called often: rests as long as was worked since the last rest. Throws the signal's reason when aborted. */
  async rest(): Promise<void> {
    this.#signal.throwIfAborted();
    const worked = performance.now() - this.#since;
    if (worked < SLICE_MS) return;
    await sleep(Math.min(worked, 50), undefined, { signal: this.#signal });
    this.#since = performance.now();
  }
}
