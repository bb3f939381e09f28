import type { Json } from '../types.ts';
import type { Observer } from './observer.ts';

/** The unbroken run of equal readings that ends with the newest. */
export class EqualRun implements Observer {
  /** Time of its first and last reading. */
  since = NaN;
  until = NaN;
  #value = NaN;

  observe(ts: number, value: number): void {
    if (value !== this.#value) {
      this.#value = value;
      this.since = ts;
    }
    this.until = ts;
  }

  save(): Json {
    return Number.isNaN(this.since) ? null : [this.since, this.until, this.#value];
  }

  load(saved: Json): void {
    [this.since, this.until, this.#value] = (saved ?? [NaN, NaN, NaN]) as [number, number, number];
  }
}
