import type { Instant, Json } from '../types.ts';
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

  /** When the oldest leaves; infinite where there is none. */
  get dueTs(): number {
    return this.count > 0 ? this.#events.time(this.#events.begin) + this.widthMs : Infinity;
  }

  get dueAt(): number {
    return this.count > 0 ? this.#events.value(this.#events.begin) + this.widthMs : Infinity;
  }

  /** Forgets what has left at that instant. */
  expire({ ts, at }: Instant): void {
    while (this.dueTs <= ts || this.dueAt <= at) this.#events.begin++;
  }

  save(): Json {
    return this.#events.save();
  }

  load(saved: Json): void {
    this.#events.load(saved as number[][]);
  }
}
