/** The harness against itself: books that are wrong in one place are found out, and so is a leak between troubles. */
import { expect, test } from 'vitest';
import { disagreement } from '../ingest-load.ts';
import { audit, type Books } from './accounts.ts';
import { message, numberOf, said } from './fleet.ts';
import { trendOf } from './vitals.ts';

const SENT = 2_000;
const all = Array.from({ length: SENT }, (_, n) => n);
const GOOD = all.find((n) => n > 100 && !said(n).isBroken && !said(n).isImpossible) ?? 0;
const IMPOSSIBLE = all.find((n) => said(n).isImpossible) ?? 0;

function books(wrong: { temp?: number; pressure?: number; aside?: number; hole?: number } = {}): Books {
  const { hole } = wrong;
  const without = (numbers: readonly number[], n: number | undefined) =>
    new Set(numbers.filter((one) => one !== n && one !== hole));
  return {
    temp: without(
      all.filter((n) => !said(n).isBroken),
      wrong.temp,
    ),
    pressure: without(
      all.filter((n) => !said(n).isBroken && !said(n).isImpossible),
      wrong.pressure,
    ),
    aside: without(
      all.filter((n) => said(n).isBroken || said(n).isImpossible),
      wrong.aside,
    ),
    holes: new Set(hole === undefined ? [] : [`${said(hole).machine} ${said(hole).seq}`]),
  };
}

test('each message of the fleet is known by its machine and time, and counts on by one', () => {
  const last = new Map<string, number>();
  for (const n of all) {
    const { machine, ts, seq, isBroken } = said(n);
    expect(numberOf(machine, ts)).toBe(n);
    if (isBroken) expect(() => JSON.parse(message(n).payload) as unknown).toThrow('JSON');
    if (seq === undefined) continue;
    expect(seq).toBe((last.get(machine) ?? -1) + 1);
    last.set(machine, seq);
  }
});

test('books that are right are right, and a loss that the count of the machine has shown is no riddle', () => {
  expect(audit(SENT, books())).toEqual({ problems: [], lost: [] });
  expect(audit(SENT, books({ hole: GOOD }))).toEqual({ problems: [], lost: [GOOD] });
});

test.each([
  ['a reading that is nowhere', { temp: GOOD }],
  ['half a message', { pressure: GOOD }],
  ['what was neither stored nor set aside', { aside: IMPOSSIBLE }],
])('mutant: %s', (_, wrong) => {
  expect(audit(SENT, books(wrong)).problems).toHaveLength(1);
});

test('mutant: a whole message lost without a hole, and one that nobody acknowledged', () => {
  const silent = { ...books({ hole: GOOD }), holes: new Set<string>() };
  expect(audit(SENT, silent).problems).toHaveLength(1);
  expect(audit(SENT - 1, books()).problems).toHaveLength(1);
});

test('a leak is seen through trouble, and trouble is not taken for a leak', () => {
  const sample = (leak: number) =>
    Array.from({ length: 100 }, (_, at) => [at, 200 + leak * at + (at % 7) + (at % 20 === 3 ? 80 : 0)] as const);
  expect(trendOf(sample(0)) * 100).toBeLessThan(1);
  expect(trendOf(sample(0.5)) * 100).toBeGreaterThan(45);
});

test('mutants: a store that lacks what was acknowledged, has what nobody sent, or has something twice, is found out', () => {
  const right = { missing: [], extra: [], twice: 0 };
  expect(disagreement([3, 1, 2], [1, 2, 3])).toEqual(right);
  for (const stored of [
    [1, 2],
    [1, 2, 3, 4],
    [1, 2, 2, 3],
  ])
    expect(disagreement([1, 2, 3], stored)).not.toEqual(right);
});
