import type { Json } from '../types.ts';
import { type Aggregated, type Observer, ROUNDING } from './observer.ts';
import { Ring } from './ring.ts';

/**
 * Greatest (`sign` 1) or least (-1) value of a window: only readings that may still become it are kept, so each enters and
 * leaves once (monotonic queue).
 */
class Extreme {
  readonly #sign: 1 | -1;
  readonly #ring = new Ring();

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  get value(): number {
    return this.#ring.value(this.#ring.begin);
  }

  /** Takes a reading and forgets those before `start`, and those at it where the window is `open` there. */
  observe(ts: number, value: number, start: number, open: boolean): void {
    const ring = this.#ring;
    while (ring.length > 0 && this.#sign * ring.value(ring.end - 1) <= this.#sign * value) ring.end--;
    ring.push(ts, value);
    while (ring.time(ring.begin) < start || (open && ring.time(ring.begin) === start)) ring.begin++;
  }

  save(): number[][] {
    return this.#ring.save();
  }

  load(saved: readonly (readonly number[])[]): void {
    this.#ring.load(saved);
  }
}

interface Saved {
  readonly first: number | null;
  readonly last: number | null;
  readonly covered: boolean;
  readonly most: readonly (readonly number[])[];
  readonly least: readonly (readonly number[])[];
}

/** Least, greatest and newest value of a window (t − W, t], or [t − W, t] where it is closed. */
export class ExtremesWindow implements Observer {
  /** Whether the first reading is at or before t − W. */
  covered = false;
  /** The newest reading. */
  last = NaN;
  readonly #widthMs: number;
  readonly #open: boolean;
  readonly #most = new Extreme(1);
  readonly #least = new Extreme(-1);
  #first = NaN;

  constructor(widthMs: number, bounds: 'open' | 'closed') {
    this.#widthMs = widthMs;
    this.#open = bounds === 'open';
  }

  get most(): number {
    return this.#most.value;
  }

  get least(): number {
    return this.#least.value;
  }

  observe(ts: number, value: number): void {
    if (Number.isNaN(this.#first)) this.#first = ts;
    this.last = value;
    this.covered = this.#first <= ts - this.#widthMs;
    this.#most.observe(ts, value, ts - this.#widthMs, this.#open);
    this.#least.observe(ts, value, ts - this.#widthMs, this.#open);
  }

  save(): Json {
    return {
      first: Number.isNaN(this.#first) ? null : this.#first,
      last: Number.isNaN(this.last) ? null : this.last,
      covered: this.covered,
      most: this.#most.save(),
      least: this.#least.save(),
    } satisfies Saved;
  }

  load(json: Json): void {
    const saved = json as unknown as Saved;
    this.#first = saved.first ?? NaN;
    this.last = saved.last ?? NaN;
    this.covered = saved.covered;
    this.#most.load(saved.most);
    this.#least.load(saved.least);
  }
}

export class MinWindow extends ExtremesWindow implements Aggregated {
  readonly slack = 0;
  get value(): number {
    return this.covered ? this.least : NaN;
  }
}

export class MaxWindow extends ExtremesWindow implements Aggregated {
  readonly slack = 0;
  get value(): number {
    return this.covered ? this.most : NaN;
  }
}

export class RangeWindow extends ExtremesWindow implements Aggregated {
  get slack(): number {
    return ROUNDING * Math.max(Math.abs(this.most), Math.abs(this.least));
  }
  get value(): number {
    return this.covered ? this.most - this.least : NaN;
  }
}
