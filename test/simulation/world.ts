/**
 * Time that passes only when told to. While it is installed every timer, clock and random number of the product comes from
 * here, so that a run is decided by its seed alone: one event, then all that follows from it, then the next event.
 */
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import type { Random } from './random.ts';

const START = Date.parse('2026-06-01T00:00:00Z');

interface Due {
  readonly time: number;
  readonly order: number;
  act: (() => void) | undefined;
}

type Patched = Record<string, unknown>;

export class World {
  readonly random: Random;
  #now = 0;
  #order = 0;
  readonly #heap: Due[] = [];
  readonly #settle = globalThis.setImmediate;
  #restore: (() => void) | undefined;

  constructor(random: Random) {
    this.random = random;
  }

  /** Epoch ms. */
  get now(): number {
    return START + Math.floor(this.#now);
  }

  /** Since the beginning, ms. */
  get elapsed(): number {
    return this.#now;
  }

  /** Takes the place of the computer's clocks and chance; answers how to give them back. */
  install(): () => void {
    const own = this.random.fork();
    const timers: Patched = {
      setTimeout: (act: () => void, ms = 0) => this.after(ms, act),
      clearTimeout: cancel,
      setInterval: (act: () => void, ms: number) => this.every(ms, act),
      clearInterval: cancel,
      setImmediate: (act: () => void) => this.after(0, act),
      clearImmediate: cancel,
    };
    const undo = [
      patch(globalThis as unknown as Patched, timers),
      patch(Date as unknown as Patched, { now: () => this.now }),
      patch(performance as unknown as Patched, { now: () => this.#now }),
      patch(Math as unknown as Patched, { random: () => own.next() }),
      patch(timersPromises as unknown as Patched, {
        setTimeout: (ms: number, value: unknown, options?: { signal?: AbortSignal }) =>
          this.#sleep(ms, value, options?.signal),
        setImmediate: (value: unknown) => this.#sleep(0, value),
      }),
    ];
    syncBuiltinESMExports();
    this.#restore = () => {
      for (const give of undo) give();
      syncBuiltinESMExports();
    };
    return this.#restore;
  }

  /** Calls `act` in `ms`; events of one instant keep their order. */
  after(ms: number, act: () => void): Timer {
    const due: Due = { time: this.#now + Math.max(0, ms), order: this.#order++, act };
    push(this.#heap, due);
    return new Timer(() => (due.act = undefined));
  }

  every(ms: number, act: () => void): Timer {
    let next: Timer;
    const again = (): void => {
      next = this.after(ms, again);
      act();
    };
    next = this.after(ms, again);
    return new Timer(() => next.cancel());
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets time pass until `done`, at most up to `until` (ms since the beginning). */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    while (!done()) {
      const next = this.#heap[0];
      if (next === undefined || next.time > until) break;
      pop(this.#heap);
      if (next.act === undefined) continue;
      this.#now = Math.max(this.#now, next.time);
      next.act();
      // Everything that follows at once has followed when the computer's own loop comes round.
      await new Promise<void>((resolve) => this.#settle(resolve));
    }
    if (!done()) this.#now = Math.max(this.#now, until);
  }

  #sleep<T>(ms: number, value: T, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        timer.cancel();
        reject(new DOMException('This operation was aborted', 'AbortError'));
      };
      const timer = this.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      });
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  }
}

/** What setTimeout answers, as far as anybody here asks of it. */
class Timer {
  readonly cancel: () => void;

  constructor(end: () => void) {
    this.cancel = end;
  }

  unref(): this {
    return this;
  }

  ref(): this {
    return this;
  }
}

function cancel(timer: unknown): void {
  if (timer instanceof Timer) timer.cancel();
}

function patch(target: Patched, by: Patched): () => void {
  const before = Object.fromEntries(Object.keys(by).map((key) => [key, target[key]]));
  Object.assign(target, by);
  return () => Object.assign(target, before);
}

function isBefore(a: Due, b: Due): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function push(heap: Due[], due: Due): void {
  let at = heap.push(due) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] as Due;
    if (!isBefore(due, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = due;
}

/** Removes the first. */
function pop(heap: Due[]): void {
  const last = heap.pop() as Due;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child++;
    if (!isBefore(heap[child] as Due, last)) break;
    heap[at] = heap[child] as Due;
    at = child;
  }
  heap[at] = last;
}
