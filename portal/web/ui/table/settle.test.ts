import { expect, test } from 'vitest';
import { settle } from './settle.ts';

const row = (id: string, text = id) => ({ id, text });

test('rows keep their place, take on what is new of them, and what came and went is counted', () => {
  const shown = [row('a'), row('b'), row('c')];
  const now = [row('new'), row('c', 'changed'), row('a')];
  const { rows, arrived, left } = settle(shown, now);
  expect(rows).toEqual([row('a'), row('b'), row('c', 'changed')]);
  expect(arrived).toEqual(['new']);
  expect([...left]).toEqual(['b']);
});

test('an untouched list is handed on as it is', () => {
  const now = [row('a')];
  expect(settle(now, now)).toEqual({ rows: now, arrived: [], left: new Set() });
});
