import { type FSWatcher, watch } from 'node:fs';
import type { Position } from './port.ts';

/** The end of a journal whose writer runs in this process. */
export interface JournalEnd {
  end(): Position;
  onAppend(listener: () => void): () => void;
}

/** Looked at this often where the file system does not tell of changes. */
const POLL_MS = 50;

/** Waits for the journal to grow: told by the writer in this process, else by watching the file `end`. */
export class Follower {
  readonly #path: string;
  readonly #end: () => Promise<Position>;
  readonly #writer: JournalEnd | undefined;
  readonly #wake = new Set<() => void>();
  #watcher: FSWatcher | undefined;
  #stopped = false;

  constructor(path: string, end: () => Promise<Position>, writer: JournalEnd | undefined) {
    this.#path = path;
    this.#end = end;
    this.#writer = writer;
  }

  /** Resolves when the end has passed `from`, after `timeoutMs`, on abort or stop; never rejects. */
  async wait(from: Position, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const over = performance.now() + timeoutMs;
    while (!this.#stopped && signal?.aborted !== true) {
      const left = over - performance.now();
      if (left <= 0 || (await this.#isPast(from))) return;
      await this.#sleep(from, this.#writer === undefined ? Math.min(left, POLL_MS) : left, signal);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#watcher?.close();
    for (const wake of this.#wake) wake();
  }

  async #isPast(from: Position): Promise<boolean> {
    try {
      return (await this.#end()) > from;
    } catch {
      // Whoever reads next meets the same error and tells it.
      return false;
    }
  }

  async #sleep(from: Position, ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#writer === undefined) this.#watch();
    // What happened while the end was asked for has told nobody.
    if (this.#stopped || signal?.aborted === true || (this.#writer?.end() ?? 0) > from) return;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        off?.();
        signal?.removeEventListener('abort', wake);
        this.#wake.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      const off = this.#writer?.onAppend(wake);
      signal?.addEventListener('abort', wake, { once: true });
      this.#wake.add(wake);
    });
  }

  #watch(): void {
    if (this.#watcher !== undefined || this.#stopped) return;
    try {
      this.#watcher = watch(this.#path, { persistent: false }, () => {
        for (const wake of this.#wake) wake();
      });
      this.#watcher.on('error', () => undefined);
    } catch {
      // No file yet, or no watches left: polling does.
    }
  }
}
