import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFormula } from './formula.ts';

function compute(text: string, inputs: Record<string, number> = {}): number {
  const names = Object.keys(inputs);
  const { formula, problems } = parseFormula(text, names);
  if (!formula) throw new Error(JSON.stringify(problems));
  return formula.evaluate(names.map((name) => inputs[name] as number));
}

describe('a formula computes what a person would on paper', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['100 / 10 / 2', 5],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['(-2) ^ 2', 4],
    ['2 ^ -1', 0.5],
    ['--3', 3],
    ['2 * -3', -6],
    ['min(3, 1, 2)', 1],
    ['max(3, 1, 2) - abs(-4)', -1],
    ['sqrt(16) + ln(exp(2))', 6],
    ['1.5e3 + .5 + 2.', 1502.5],
  ])('%s = %d', (text, expected) => expect(compute(text)).toBeCloseTo(expected, 12));

  test('of torque and speed it makes power', () => {
    expect(compute('torque * speed * 0.104719755', { torque: 40, speed: 1500 })).toBeCloseTo(6283.19, 2);
  });

  test('without a finite result it says so by its value', () => {
    expect(compute('1 / a', { a: 0 })).toBe(Number.POSITIVE_INFINITY);
    expect(compute('sqrt(a)', { a: -1 })).toBeNaN();
  });

  test('it tells which names it uses', () => {
    expect([...(parseFormula('a + a', ['a', 'b']).formula?.used ?? [])]).toEqual(['a']);
  });
});

describe('a wrong formula is told with its place and mend', () => {
  test.each([
    ['', 1, 'empty'],
    ['a +', 4, 'ends where a number, a name or "(" must follow'],
    ['(a', 3, 'ends where ")" must follow'],
    ['a b', 3, '"b" stands where an operator'],
    ['a * 0,5', 6, 'decimals take a point'],
    ['a ** 2', 3, 'write ^'],
    ['a % 2', 3, '"%" means nothing here'],
    ['torqe * a', 1, 'it has a, torque. Did you mean "torque"?'],
    ['log(a)', 1, 'write ln(x)'],
    ['sqr(a)', 1, 'Did you mean "sqrt"?'],
    ['a(2)', 1, 'a product needs *'],
    ['min(a)', 4, 'two arguments or more'],
    ['sqrt(a, 2)', 5, 'one argument, not 2'],
    ['sqrt', 1, 'write sqrt(…)'],
    ['1e999', 1, 'too large'],
    ['constructor(a)', 1, 'is no function'],
    ['process.exit(1)', 8, '"." means nothing here'],
    ['('.repeat(200), 65, 'nested deeper'],
    ['9'.repeat(3000), 1, 'longer than'],
  ])('%s', (text, column, message) => {
    const { problems } = parseFormula(text, ['a', 'torque']);
    expect(problems[0]).toEqual({ column, message: expect.stringContaining(message) });
  });

  test('every unknown name at once', () => {
    expect(parseFormula('x + y * z', ['x']).problems.map((p) => p.column)).toEqual([5, 9]);
  });
});

test('whatever is typed, parsing ends and never throws', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '1',
    '.5',
    '+',
    '-',
    '*',
    '/',
    '^',
    '(',
    ')',
    ',',
    'min',
    'sqrt',
    ' ',
    '§',
    'e9',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const { formula, problems } = parseFormula(pieces.join(''), ['a', 'b']);
      expect(formula === undefined).toBe(problems.length > 0);
      if (formula) expect(typeof formula.evaluate([2, 3])).toBe('number');
    }),
  );
});
