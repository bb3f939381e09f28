import { expect, test } from 'vitest';
import { linesOf, placeOf, readView, writeView } from './view.ts';

test('the address keeps kind and words, and nothing that is none', () => {
  const view = writeView(new URLSearchParams('kind=user&tab=log'), { kind: undefined, q: ' meister ' });
  expect(view.toString()).toBe('tab=log&q=meister');
  expect(readView(view)).toEqual({ kind: undefined, q: 'meister' });
  expect(readView(new URLSearchParams('kind=<script>&q=%20'))).toEqual({ kind: undefined, q: undefined });
});

test('an entry leads to what it is about, where that has a page', () => {
  expect(placeOf('case.resolve', 'a/b')).toBe('/cases/a%2Fb');
  expect(placeOf('credentials.made', 'press-1')).toBe('/machines/press-1');
  expect(placeOf('rule.changed', 'hot')).toBe('/rules/hot');
  expect(placeOf('rule.removed', 'hot')).toBeUndefined();
  expect(placeOf('session.opened', null)).toBeUndefined();
});

test('what was noted beside it is told whatever it is', () => {
  expect(linesOf({ name: 'Meister', disabled: true, assigned: ['a'], none: null })).toEqual([
    ['name', 'Meister'],
    ['disabled', 'true'],
    ['assigned', '["a"]'],
    ['none', 'null'],
  ]);
  expect(linesOf(null)).toEqual([]);
  expect(linesOf('text')).toEqual([]);
});
