/**
 * Sums in twice the precision of a double (Dekker 1971, Knuth TAOCP 2 §4.2.2), so that readings can enter and leave a window
 * for years and the sum is still what adding them afresh would give.
 */

/** The number `hi + lo`, where `lo` is what rounding took from `hi`. */
export class Double2 {
  readonly hi: number;
  readonly lo: number;

  constructor(hi: number, lo = 0) {
    this.hi = hi;
    this.lo = lo;
  }

  plus({ hi, lo }: Double2): Double2 {
    const sum = this.hi + hi;
    const part = sum - this.hi;
    return normalized(sum, this.hi - (sum - part) + (hi - part) + this.lo + lo);
  }

  minus(other: Double2): Double2 {
    return this.plus(new Double2(-other.hi, -other.lo));
  }

  times({ hi, lo }: Double2): Double2 {
    const product = this.hi * hi;
    return normalized(product, productError(this.hi, hi, product) + (this.hi * lo + this.lo * hi));
  }

  over(other: Double2): Double2 {
    const first = this.hi / other.hi;
    const rest = this.minus(other.times(new Double2(first)));
    const second = rest.hi / other.hi;
    const third = rest.minus(other.times(new Double2(second))).hi / other.hi;
    return normalized(first, second).plus(new Double2(third));
  }
}

/** A running sum that can forget. */
export class ExactSum {
  #hi = 0;
  #lo = 0;

  get value(): Double2 {
    return new Double2(this.#hi, this.#lo);
  }

  /** The sum divided by `n`, rounded once. */
  over(n: number): number {
    const quotient = this.#hi / n;
    const product = quotient * n;
    return quotient + (this.#hi - product - productError(quotient, n, product) + this.#lo) / n;
  }

  add(x: number): void {
    const hi = this.#hi;
    const sum = hi + x;
    const part = sum - hi;
    this.#set(sum, hi - (sum - part) + (x - part) + this.#lo);
  }

  /** Adds `sign · a · b` without rounding the product; `sign` is 1 or -1. */
  addProduct(sign: number, a: number, b: number): void {
    const product = a * b;
    const error = productError(a, b, product);
    this.add(sign * product);
    this.add(sign * error);
  }

  clear(): void {
    this.#hi = 0;
    this.#lo = 0;
  }

  save(): [number, number] {
    return [this.#hi, this.#lo];
  }

  load([hi, lo]: readonly [number, number]): void {
    this.#hi = hi;
    this.#lo = lo;
  }

  #set(sum: number, error: number): void {
    this.#hi = sum + error;
    this.#lo = error - (this.#hi - sum);
  }
}

const SPLITTER = 2 ** 27 + 1;

/** What rounding took from `product = a · b` (Dekker's exact product; no fused multiply-add in JavaScript). */
function productError(a: number, b: number, product: number): number {
  const aSplit = SPLITTER * a;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = SPLITTER * b;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function normalized(sum: number, error: number): Double2 {
  const hi = sum + error;
  return new Double2(hi, error - (hi - sum));
}
