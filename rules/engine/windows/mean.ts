import { ExactSum } from './exact.ts';
import type { Aggregated } from './observer.ts';
import { SumWindow } from './sum-window.ts';

/** Arithmetic mean of the readings in (t − W, t]. */
export class MeanWindow extends SumWindow implements Aggregated {
  value = NaN;
  readonly #sum = new ExactSum();

  protected override get sums(): readonly ExactSum[] {
    return [this.#sum];
  }

  protected override tally(sign: 1 | -1, _time: number, value: number): void {
    this.#sum.add(sign * value);
  }

  protected override settle(covered: boolean): void {
    this.value = covered ? this.#sum.over(this.count) : NaN;
  }
}
