/** Exact arithmetic on the decimals a person reads, as that person would do it with pencil and patience. */
export class Fraction {
  readonly #numerator: bigint;
  readonly #denominator: bigint;

  constructor(numerator: bigint, denominator: bigint) {
    const sign = denominator < 0n ? -1n : 1n;
    this.#numerator = sign * numerator;
    this.#denominator = sign * denominator;
  }

  /** The number as it is printed: 0.1 is one tenth. */
  static of(x: number): Fraction {
    const [digits = '0', exponent = '0'] = String(x).split('e');
    const [whole = '0', decimals = ''] = digits.split('.');
    const numerator = BigInt(whole + decimals);
    const power = Number(exponent) - decimals.length;
    return power < 0
      ? new Fraction(numerator, 10n ** BigInt(-power))
      : new Fraction(numerator * 10n ** BigInt(power), 1n);
  }

  plus(other: Fraction): Fraction {
    return new Fraction(
      this.#numerator * other.#denominator + other.#numerator * this.#denominator,
      this.#denominator * other.#denominator,
    );
  }

  minus(other: Fraction): Fraction {
    return this.plus(new Fraction(-other.#numerator, other.#denominator));
  }

  times(other: Fraction): Fraction {
    return new Fraction(this.#numerator * other.#numerator, this.#denominator * other.#denominator);
  }

  over(other: Fraction): Fraction {
    return new Fraction(this.#numerator * other.#denominator, this.#denominator * other.#numerator);
  }

  abs(): Fraction {
    return this.#numerator < 0n ? new Fraction(-this.#numerator, this.#denominator) : this;
  }

  /** Below 0, 0 or above 0. */
  compare(other: Fraction): number {
    const difference = this.minus(other).#numerator;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  above(other: Fraction): boolean {
    return this.compare(other) > 0;
  }

  atLeast(other: Fraction): boolean {
    return this.compare(other) >= 0;
  }
}

export const ZERO = Fraction.of(0);

export function sum(parts: readonly Fraction[]): Fraction {
  return parts.reduce((total, part) => total.plus(part), ZERO);
}

export function greatest(parts: readonly Fraction[]): Fraction {
  return parts.reduce((most, part) => (part.above(most) ? part : most));
}

export function least(parts: readonly Fraction[]): Fraction {
  return parts.reduce((low, part) => (low.above(part) ? part : low));
}
