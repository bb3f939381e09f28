import { expect, test } from 'vitest';
import { gather, judge, type Run } from './sequence.ts';

function told(known: number | undefined, ...numbers: number[]) {
  const runs: Run[] = [];
  numbers.forEach((number, i) => gather(runs, number, 1_000 + i, 10 * i));
  const { last, breaks, missing, repeated } = judge(known, runs);
  return { last, breaks: breaks.map(({ kind, first, last: end }) => `${kind} ${first}-${end}`), missing, repeated };
}

test('a count without a break tells nothing, wherever it begins', () => {
  expect(told(undefined, 7, 8, 9)).toEqual({ last: 9, breaks: [], missing: 0, repeated: 0 });
  expect(told(9, 10, 11)).toEqual({ last: 11, breaks: [], missing: 0, repeated: 0 });
  expect(told(9)).toEqual({ last: 9, breaks: [], missing: 0, repeated: 0 });
});

test('every number that is missing is in a hole, also between two stretches', () => {
  expect(told(9, 12, 13, 20)).toEqual({ last: 20, breaks: ['hole 10-11', 'hole 14-19'], missing: 8, repeated: 0 });
});

test('what is delivered again is counted and hides no hole', () => {
  expect(told(9, 7, 8, 9, 10, 12)).toEqual({ last: 12, breaks: ['hole 11-11'], missing: 1, repeated: 3 });
  expect(told(100, 100, 98)).toEqual({ last: 100, breaks: [], missing: 0, repeated: 2 });
});

test('a machine that begins anew is told from one that sends again', () => {
  expect(told(500, 0, 1, 2)).toEqual({ last: 2, breaks: ['reset 500-0'], missing: 0, repeated: 0 });
  expect(told(1_000_000, 40, 41)).toEqual({ last: 41, breaks: ['reset 1000000-40'], missing: 0, repeated: 0 });
});

test('a count without a break is one run, however long', () => {
  const runs: Run[] = [];
  for (let n = 0; n < 10_000; n++) gather(runs, n, n, n);
  expect(runs).toHaveLength(1);
});
