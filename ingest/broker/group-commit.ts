import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IncomingMessage, MessageSink } from './port.ts';

/** Past this many messages, or bytes, held at once no more should be taken. */
const HIGH_COUNT = 2_000;
const HIGH_BYTES = 32 * 1024 * 1024;

export interface GroupCommitOptions<T> {
  readonly sink: MessageSink;
  /** The batch is durable; in the order of arrival. */
  readonly committed: (batch: readonly T[]) => void;
  /** The sink has refused the batch, for `forMs` now (0: the first time); it is offered again. */
  readonly failed: (error: unknown, forMs: number) => void;
  readonly retryMs?: number;
}

/** A message held; `stale` ones are not stored, only answered in their turn. */
export interface Held extends IncomingMessage {
  readonly stale: boolean;
}

/**
 * Holds messages until the sink has them: all that arrive while it stores go to it together. A batch refused is offered
 * again, unchanged, until it is taken or everything held is dropped.
 */
export class GroupCommit<T extends Held> {
  readonly #options: GroupCommitOptions<T>;
  #queue: T[] = [];
  #count = 0;
  #bytes = 0;
  #failingSince: number | undefined;
  #running: Promise<void> | undefined;
  #dropped = false;

  constructor(options: GroupCommitOptions<T>) {
    this.#options = options;
  }

  /** Whether more is held than should be. */
  get isFull(): boolean {
    return this.#count >= HIGH_COUNT || this.#bytes >= HIGH_BYTES;
  }

  get isHalfEmpty(): boolean {
    return this.#count <= HIGH_COUNT / 2 && this.#bytes <= HIGH_BYTES / 2;
  }

  /** Whether the sink refused the last time. */
  get isFailing(): boolean {
    return this.#failingSince !== undefined;
  }

  add(item: T): void {
    this.#queue.push(item);
    this.#count++;
    this.#bytes += item.payload.length;
    this.#running ??= this.#run();
  }

  /** Forgets what the sink has not been given yet, all of it or what `which` says. */
  forget(which: (item: T) => boolean = () => true): void {
    const queue = this.#queue;
    this.#queue = queue.filter((item) => !which(item));
    this.#release(queue.filter(which));
  }

  /** Forgets everything and offers a refused batch no more. Resolves when the sink is done with what it was given. */
  async drop(): Promise<void> {
    this.#dropped = true;
    this.forget();
    await this.#running;
  }

  /** Resolves when all that is held now is durable or dropped. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What else has arrived in this turn goes along.
    await nextTurn();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      const stored = await this.#store(batch);
      this.#release(batch);
      if (stored) this.#options.committed(batch);
    }
    this.#running = undefined;
  }

  async #store(batch: readonly T[]): Promise<boolean> {
    const fresh = batch.some(({ stale }) => stale) ? batch.filter(({ stale }) => !stale) : batch;
    while (!this.#dropped) {
      try {
        if (fresh.length > 0) await this.#options.sink(fresh);
        this.#failingSince = undefined;
        return true;
      } catch (error) {
        const now = performance.now();
        this.#failingSince ??= now;
        this.#options.failed(error, now - this.#failingSince);
        if (!this.#dropped) await new Promise((resolve) => setTimeout(resolve, this.#options.retryMs ?? 200));
      }
    }
    return false;
  }

  #release(items: readonly T[]): void {
    this.#count -= items.length;
    for (const item of items) this.#bytes -= item.payload.length;
  }
}
