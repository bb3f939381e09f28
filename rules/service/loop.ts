/** Does something again and again: at once when woken, and every few seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#shared/process/log.ts';

export interface LoopParts {
  readonly name: string;
  readonly everyMs: number;
  /** True: there may be more to do at once. Rejects: it is tried again after a pause. */
  readonly once: () => Promise<boolean>;
  readonly log: Log;
}

export class Loop {
  readonly name: string;
  readonly #parts: LoopParts;
  #stopping = false;
  #failing = false;
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: LoopParts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#running = this.#run();
  }

  /** What has begun is finished. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#running;
  }

  wake(): void {
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    const { once, everyMs, log, name } = this.#parts;
    while (!this.#stopping) {
      // From here on a wake counts: what it tells of may come after what is read now.
      this.#wake = new AbortController();
      const { signal } = this.#wake;
      try {
        const more = await once();
        if (this.#failing) log.info({ part: name }, 'goes on');
        this.#failing = false;
        if (more) continue;
      } catch (error) {
        // An outage is told once, however long it lasts.
        if (!this.#failing) log.warn({ part: name, err: error }, 'cannot go on; trying again every few seconds');
        this.#failing = true;
      }
      if (this.#stopping) return;
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
