import { type Instant, type Json, NEVER } from '../types.ts';
import { Ring } from './ring.ts';

/**
 * Events of one code of one machine with a time in (t − W, t]. An event leaves by whichever clock comes first: the machine's
 * time + W or the receipt + W.
 */
export class EventWindow {
  readonly widthMs: number;
  /** (machine's time, time of receipt), both rising: an event out of order counts from the one before it. */
  readonly #events = new Ring();

  constructor(widthMs: number) {
    this.widthMs = widthMs;
  }

  get count(): number {
    return this.#events.length;
  }

  add({ ts, at }: Instant): void {
    const { end, length } = this.#events;
    this.#events.push(length > 0 ? Math.max(ts, this.#events.time(end - 1)) : ts, at);
  }

  /** When the oldest leaves. */
  get due(): Instant {
    const { begin } = this.#events;
    if (this.count === 0) return NEVER;
    return { ts: this.#events.time(begin) + this.widthMs, at: this.#events.value(begin) + this.widthMs };
  }

  /** Forgets what has left at that time of the machine's own. */
  expire(ts: number): void {
    while (this.due.ts <= ts) this.#events.begin++;
  }

  save(): Json {
    return this.#events.save();
  }

  load(saved: Json): void {
    this.#events.load(saved as number[][]);
  }
}
