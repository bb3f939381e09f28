import { Double2, ExactSum } from './exact.ts';
import { ROUNDING } from './observer.ts';
import { SumWindow } from './sum-window.ts';

/** Where the line stands at one time, in the sensor's unit. */
export interface LinePoint {
  readonly value: number;
  /** How far rounding alone may have moved it: it grows with the distance from the readings. */
  readonly slack: number;
}

/**
 * Least-squares line through the readings in (t − W, t]:
 * `slope = (n·Σxy − Σx·Σy) / (n·Σx² − (Σx)²)`, through the mean of times and values. Times count from the first reading ever
 * seen, whole milliseconds, so their sums stay exact for decades.
 */
export class LineWindow extends SumWindow {
  /** False while the first reading is after t − W, and with less than two readings, which no line goes through. */
  known = false;
  #slope = ZERO;
  /** `n·Σx² − (Σx)²`. */
  #spread = ZERO;
  readonly #x = new ExactSum();
  readonly #y = new ExactSum();
  readonly #xx = new ExactSum();
  readonly #xy = new ExactSum();

  protected override get sums(): readonly ExactSum[] {
    return [this.#x, this.#y, this.#xx, this.#xy];
  }

  protected override tally(sign: 1 | -1, time: number, value: number): void {
    this.#x.add(sign * time);
    this.#y.add(sign * value);
    this.#xx.addProduct(sign, time, time);
    this.#xy.addProduct(sign, time, value);
  }

  protected override settle(covered: boolean): void {
    this.known = covered && this.count > 1;
    if (!this.known) return;
    const n = new Double2(this.count);
    const [x, y] = [this.#x.value, this.#y.value];
    this.#spread = this.#xx.value.times(n).minus(x.times(x));
    this.#slope = this.#xy.value.times(n).minus(x.times(y)).over(this.#spread);
  }

  /** Units a millisecond. */
  get slope(): number {
    return this.#slope.hi;
  }

  /** The line `ahead` ms after the newest reading (before it where negative). */
  at(ahead: number): LinePoint {
    const n = new Double2(this.count);
    // n · (x − mean of x): the distance from the middle of the readings, still exact
    const distance = new Double2(this.newest + ahead).times(n).minus(this.#x.value);
    const value = this.#y.value.plus(this.#slope.times(distance)).over(n).hi;
    const leverage = 1 + distance.hi ** 2 / this.#spread.hi;
    return { value, slack: this.slack * Math.sqrt(leverage) + ROUNDING * Math.abs(value) };
  }
}

const ZERO = new Double2(0);
