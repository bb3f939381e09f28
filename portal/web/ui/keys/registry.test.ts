import { expect, test } from 'vitest';
import { match, SHORTCUTS, type Shortcut, type ShortcutId } from './registry.ts';

const bound = (...ids: ShortcutId[]): ReadonlySet<ShortcutId> => new Set(ids);

test('no two shortcuts share their keys, and none begins where another ends', () => {
  const all: readonly Shortcut[] = Object.values(SHORTCUTS);
  const keys = all.map((shortcut) => shortcut.keys.join(' '));
  expect(new Set(keys).size).toBe(keys.length);
  for (const one of keys) expect(keys.filter((other) => other.startsWith(`${one} `))).toEqual([]);
});

test('a key means what is bound now, and nothing where it is not', () => {
  expect(match(bound('case.acknowledge'), undefined, 'a', 0)).toEqual({ id: 'case.acknowledge' });
  expect(match(bound('list.next'), undefined, 'a', 0)).toBeUndefined();
});

test('a sequence waits for its second key, but not for ever', () => {
  const ids = bound('go.fleet', 'go.cases', 'list.next');
  const first = match(ids, undefined, 'g', 0);
  expect(first).toEqual({ pending: { keys: ['g'], at: 0 } });
  const before = { keys: ['g'], at: 0 };
  expect(match(ids, before, 'l', 500)).toEqual({ id: 'go.fleet' });
  expect(match(ids, before, 'l', 5_000)).toBeUndefined();
  expect(match(ids, before, 'j', 500)).toEqual({ id: 'list.next' });
});
