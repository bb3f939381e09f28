import { beforeEach, expect, test } from 'vitest';
import { Brakes } from './brakes.ts';

let now: number;
let slowed: string[];
const brakes = (perSecond: number | undefined) =>
  new Brakes({ perSecond, steady: () => now, slowed: (machine) => slowed.push(machine) });
beforeEach(() => {
  now = 1_000;
  slowed = [];
});

test('a second is free, then a machine waits until all but a second is paid off', () => {
  const all = brakes(100);
  all.take('m-1', 100, 3_000);
  expect(all.waitMs('m-1')).toBe(0);
  all.take('m-1', 150, 4_500);
  expect(all.waitMs('m-1')).toBe(1_500);
  expect(all.waitMs('m-2')).toBe(0);
  now += 1_500;
  expect(all.waitMs('m-1')).toBe(0);
  expect(slowed).toEqual(['m-1']);
});

test('over a long time it is read at the rate it may have, and told of once an hour', () => {
  const all = brakes(100);
  let packets = 0;
  const begun = now;
  while (now - begun < 3_700_000) {
    const waitMs = all.waitMs('m-1');
    now += waitMs > 0 ? waitMs : 1;
    if (waitMs > 0) continue;
    all.take('m-1', 80, 2_400);
    packets += 80;
  }
  expect(packets / ((now - begun) / 1_000)).toBeCloseTo(100, 0);
  expect(slowed).toEqual(['m-1', 'm-1']);
});

test('a large packet counts as many small ones', () => {
  const all = brakes(100);
  all.take('m-1', 1, 300 * 1_024);
  expect(all.waitMs('m-1')).toBe(2_000);
});

test('without a limit nobody waits', () => {
  const all = brakes(undefined);
  all.take('m-1', 1e9, 1e12);
  expect(all.waitMs('m-1')).toBe(0);
});
