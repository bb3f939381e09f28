import { Double2, ExactSum } from './exact.ts';
import type { Aggregated } from './observer.ts';
import { SumWindow } from './sum-window.ts';

/** What rounding may leave of `n·Σx²` when all readings are equal. */
const NOISE = 2 ** -98;

/**
 * Standard deviation of the readings in (t − W, t], divided by n: `sqrt(n·Σx² − (Σx)²) / n`. The difference cancels up to
 * 32 digits, which sums of twice double precision have to spare.
 */
export class SpreadWindow extends SumWindow implements Aggregated {
  value = NaN;
  readonly #sum = new ExactSum();
  readonly #squares = new ExactSum();

  protected override get sums(): readonly ExactSum[] {
    return [this.#sum, this.#squares];
  }

  protected override tally(sign: 1 | -1, _time: number, value: number): void {
    this.#sum.add(sign * value);
    this.#squares.addProduct(sign, value, value);
  }

  protected override settle(covered: boolean): void {
    this.value = covered ? this.#deviation() : NaN;
  }

  #deviation(): number {
    const n = new Double2(this.count);
    const scaled = this.#squares.value.times(n);
    const variance = scaled.minus(this.#sum.value.times(this.#sum.value));
    if (variance.hi <= scaled.hi * NOISE) return 0;
    return Math.sqrt(variance.over(n.times(n)).hi);
  }
}
