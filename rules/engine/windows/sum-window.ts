/** A window kept as running sums over the sensor's history. Subclasses say what is summed and what it means. */
import type { Json } from '../types.ts';
import type { ExactSum } from './exact.ts';
import { type Observer, ROUNDING } from './observer.ts';
import type { Ring } from './ring.ts';

interface Saved {
  /** Place of the oldest reading of the window, counted from the oldest kept. */
  readonly from: number;
  readonly first: number | null;
  readonly forgotten: number;
  readonly peak: number;
  readonly sums: readonly (readonly [number, number])[];
}

export abstract class SumWindow implements Observer {
  /** Place of the oldest reading of the window in the history. */
  from: number;
  protected readonly history: Ring;
  readonly #widthMs: number;
  /** Time of the first reading ever seen. */
  #first = NaN;
  #forgotten = 0;
  #peak = 0;

  constructor(history: Ring, widthMs: number) {
    this.history = history;
    this.from = history.end;
    this.#widthMs = widthMs;
  }

  protected abstract get sums(): readonly ExactSum[];
  /** Adds (`sign` 1) or takes away (-1) one reading; `time` counts from the first reading ever seen. */
  protected abstract tally(sign: 1 | -1, time: number, value: number): void;
  /** Computes what the window means; `covered`: the first reading is at or before t − W. */
  protected abstract settle(covered: boolean): void;

  get slack(): number {
    return ROUNDING * this.#peak;
  }

  protected get count(): number {
    return this.history.end - this.from;
  }

  /** Time of the newest reading, counted from the first ever seen. */
  protected get newest(): number {
    return this.history.time(this.history.end - 1) - this.#first;
  }

  /** The history already holds the reading. */
  observe(ts: number, value: number): void {
    if (Number.isNaN(this.#first)) this.#first = ts;
    this.#enter(ts, value);
    const { history } = this;
    for (; history.time(this.from) <= ts - this.#widthMs; this.from++) {
      this.tally(-1, history.time(this.from) - this.#first, history.value(this.from));
      this.#forgotten++;
    }
    if (this.#forgotten > this.count) this.#recount();
    this.settle(this.#first <= ts - this.#widthMs);
  }

  save(): Json {
    return {
      from: this.from - this.history.begin,
      first: Number.isNaN(this.#first) ? null : this.#first,
      forgotten: this.#forgotten,
      peak: this.#peak,
      sums: this.sums.map((sum) => sum.save()),
    } satisfies Saved;
  }

  load(json: Json): void {
    const saved = json as unknown as Saved;
    this.from = this.history.begin + saved.from;
    this.#first = saved.first ?? NaN;
    this.#forgotten = saved.forgotten;
    this.#peak = saved.peak;
    for (const [i, sum] of this.sums.entries()) sum.load(saved.sums[i] ?? [0, 0]);
    if (this.count > 0) this.settle(this.newest >= this.#widthMs);
  }

  #enter(ts: number, value: number): void {
    this.tally(1, ts - this.#first, value);
    this.#peak = Math.max(this.#peak, Math.abs(value));
  }

  /** Once as many readings have left as are in, adding afresh costs no more than they did, and heals any rounding. */
  #recount(): void {
    for (const sum of this.sums) sum.clear();
    this.#forgotten = this.#peak = 0;
    for (let place = this.from; place < this.history.end; place++)
      this.#enter(this.history.time(place), this.history.value(place));
  }
}
