/**
 * Formulas of derived sensors: numbers, the names of `inputs`, `+ - * / ^ ( )` and min max abs sqrt exp ln. Parsed once into
 * closures; there is no way from here to anything but arithmetic.
 *
 *   sum     = product { (+|-) product }
 *   product = sign { (*|/) sign }
 *   sign    = { - } power                 so -2^2 is -4
 *   power   = atom [ ^ sign ]             right-associative: 2^3^2 is 512
 *   atom    = number | name | function ( sum { , sum } ) | ( sum )
 */
import { didYouMean } from './suggest.ts';

export interface Formula {
  readonly text: string;
  /** The names whose values `evaluate` takes, in the order handed to `parseFormula`. */
  readonly names: readonly string[];
  /** Those of them that the formula uses. */
  readonly used: ReadonlySet<string>;
  /** The result for `values[i]` of `names[i]`; not finite where the arithmetic has none (1/0, sqrt(-1)). */
  readonly evaluate: (values: ArrayLike<number>) => number;
}

export interface FormulaProblem {
  /** Where in the formula, from 1. */
  readonly column: number;
  readonly message: string;
}

export type ParsedFormula =
  | { readonly formula: Formula; readonly problems: readonly [] }
  | { readonly formula?: never; readonly problems: readonly FormulaProblem[] };

type Compute = (values: ArrayLike<number>) => number;

/** Shape of a name in a formula. */
export const NAME_PATTERN = /^[\p{L}_][\p{L}\p{N}_]*$/u;

const ONE: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  ln: Math.log,
};
const MANY: Readonly<Record<string, (a: number, b: number) => number>> = { min: Math.min, max: Math.max };
export const FUNCTIONS: readonly string[] = [...Object.keys(MANY), ...Object.keys(ONE)];

const MAX_LENGTH = 2000;
const MAX_DEPTH = 64;
const FOREIGN: Readonly<Record<string, string>> = {
  log: 'write ln(x), or ln(x) / 2.302585093 for base 10',
  log10: 'write ln(x) / 2.302585093',
  pow: 'write base ^ exponent',
  pi: 'write 3.14159265359',
};

/** Parses `text` over `names`; every unknown name is told, of broken syntax the first place. */
export function parseFormula(text: string, names: readonly string[]): ParsedFormula {
  const parser = new Parser(text, names);
  const evaluate = parser.whole();
  if (!evaluate || parser.problems.length > 0) return { problems: parser.problems };
  return { formula: { text, names, used: parser.used, evaluate }, problems: [] };
}

/** Thrown inside the parser at broken syntax, caught by `whole`. */
class Broken extends Error {}

interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly column: number;
}

class Parser {
  readonly problems: FormulaProblem[] = [];
  readonly used = new Set<string>();
  readonly #text: string;
  readonly #names: readonly string[];
  #at = 0;
  #depth = 0;
  #token: Token = { kind: 'end', text: '', column: 1 };

  constructor(text: string, names: readonly string[]) {
    this.#text = text;
    this.#names = names;
  }

  whole(): Compute | undefined {
    try {
      if (this.#text.length > MAX_LENGTH)
        this.#break(1, `the formula is longer than ${MAX_LENGTH} characters: shorten it`);
      if (this.#text.trim() === '') this.#break(1, 'the formula is empty: write one, such as a * b, or remove the key');
      this.#next();
      const compute = this.#sum();
      if (this.#token.kind !== 'end') this.#unexpected('an operator (+ - * / ^) or the end');
      return compute;
    } catch (error) {
      if (error instanceof Broken) return undefined;
      throw error;
    }
  }

  #sum(): Compute {
    let left = this.#product();
    for (;;) {
      const [a, operator] = [left, this.#token.text];
      if (operator !== '+' && operator !== '-') return left;
      this.#next();
      const b = this.#product();
      left = operator === '+' ? (v) => a(v) + b(v) : (v) => a(v) - b(v);
    }
  }

  #product(): Compute {
    let left = this.#sign();
    for (;;) {
      const [a, operator] = [left, this.#token.text];
      if (operator !== '*' && operator !== '/') return left;
      this.#next();
      const b = this.#sign();
      left = operator === '*' ? (v) => a(v) * b(v) : (v) => a(v) / b(v);
    }
  }

  #sign(): Compute {
    if (++this.#depth > MAX_DEPTH)
      this.#break(this.#token.column, `the formula is nested deeper than ${MAX_DEPTH}: simplify it`);
    let compute: Compute;
    if (this.#token.text === '-') {
      this.#next();
      const of = this.#sign();
      compute = (v) => -of(v);
    } else {
      compute = this.#power();
    }
    this.#depth--;
    return compute;
  }

  #power(): Compute {
    const base = this.#atom();
    if (this.#token.text !== '^') return base;
    this.#next();
    const exponent = this.#sign();
    return (v) => base(v) ** exponent(v);
  }

  #atom(): Compute {
    const token = this.#token;
    if (token.kind === 'number') {
      this.#next();
      const value = Number(token.text);
      if (!Number.isFinite(value))
        this.problems.push({ column: token.column, message: `${token.text} is too large a number` });
      return () => value;
    }
    if (token.kind === 'name') {
      this.#next();
      return this.#token.text === '(' ? this.#call(token) : this.#name(token);
    }
    if (token.text !== '(') this.#unexpected('a number, a name or "("');
    this.#next();
    const inner = this.#sum();
    this.#expect(')');
    return inner;
  }

  #name({ text, column }: Token): Compute {
    const slot = this.#names.indexOf(text);
    this.used.add(text);
    if (slot < 0) {
      const hint = FUNCTIONS.includes(text)
        ? `${text} is a function: write ${text}(…)`
        : (FOREIGN[text] ?? this.#knownNames(text));
      this.problems.push({ column, message: `"${text}" is no name of \`inputs\`: ${hint}` });
    }
    return (v) => v[slot] as number;
  }

  #knownNames(text: string): string {
    const known = this.#names.length > 0 ? `it has ${this.#names.join(', ')}.` : 'it has none: add one there.';
    return known + didYouMean(text, this.#names);
  }

  #call({ text, column }: Token): Compute {
    const opened = this.#token.column;
    this.#next();
    const given = [this.#sum()];
    while (this.#token.text === ',') {
      this.#next();
      given.push(this.#sum());
    }
    this.#expect(')');
    const [first, ...rest] = given as [Compute, ...Compute[]];
    const one = Object.hasOwn(ONE, text) ? ONE[text] : undefined;
    if (one) {
      if (rest.length > 0)
        this.problems.push({ column: opened, message: `${text} takes one argument, not ${given.length}` });
      return (v) => one(first(v));
    }
    const many = Object.hasOwn(MANY, text) ? MANY[text] : undefined;
    if (many) {
      if (rest.length === 0)
        this.problems.push({ column: opened, message: `${text} takes two arguments or more, parted by commas` });
      return rest.reduce<Compute>((a, b) => (v) => many(a(v), b(v)), first);
    }
    const hint = this.#names.includes(text)
      ? 'a product needs *'
      : (FOREIGN[text] ?? `there are ${FUNCTIONS.join(', ')}.${didYouMean(text, FUNCTIONS)}`);
    this.problems.push({ column, message: `"${text}" is no function: ${hint}` });
    return first;
  }

  #expect(sign: string): void {
    if (this.#token.text !== sign) this.#unexpected(`"${sign}"`);
    this.#next();
  }

  #unexpected(wanted: string): never {
    const { kind, text, column } = this.#token;
    if (kind === 'end') this.#break(column, `the formula ends where ${wanted} must follow`);
    const hint = text === ',' ? '; decimals take a point (0.5), commas part the arguments of min and max' : '';
    this.#break(column, `"${text}" stands where ${wanted} must follow${hint}`);
  }

  #break(column: number, message: string): never {
    this.problems.push({ column, message });
    throw new Broken(message);
  }

  #next(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
    const column = this.#at + 1;
    const rest = this.#text.slice(this.#at);
    if (rest === '') {
      this.#token = { kind: 'end', text: '', column };
      return;
    }
    const number = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/.exec(rest)?.[0];
    const name = number === undefined ? /^[\p{L}_][\p{L}\p{N}_]*/u.exec(rest)?.[0] : undefined;
    if (rest.startsWith('**')) this.#break(column, '"**" is no operator: write ^ for a power');
    const sign = number === undefined && name === undefined ? /^[-+*/^(),]/.exec(rest)?.[0] : undefined;
    const text = number ?? name ?? sign;
    if (text === undefined)
      this.#break(
        column,
        `"${String.fromCodePoint(rest.codePointAt(0) ?? 0)}" means nothing here: a formula has numbers, names and + - * / ^ ( ) ,`,
      );
    this.#at += text.length;
    this.#token = { kind: number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign', text, column };
  }
}
