import { expect, test } from 'vitest';
import { de } from './de.ts';
import { en } from './en.ts';

type Tree = { readonly [key: string]: string | Tree };

function texts(tree: Tree, path = ''): [path: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : texts(value, `${path}${key}.`),
  );
}

const german = texts(de);
const english = new Map(texts(en));

function gaps(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
}

test('English has every text of German and no other', () => {
  expect([...english.keys()]).toEqual(german.map(([path]) => path));
});

/** Paths of the texts that a test refuses. */
function refused(all: Iterable<[string, string]>, bad: (text: string, path: string) => boolean): string[] {
  return [...all].filter(([path, text]) => bad(text, path)).map(([path]) => path);
}

test('no text is empty, and none was left in German', () => {
  expect(refused([...german, ...english], (text) => text.trim() === '')).toEqual([]);
  expect(refused(english, (text) => /[äöüßÄÖÜ]/.test(text))).toEqual([]);
});

test('both languages fill in the same things', () => {
  expect(refused(german, (text, path) => gaps(text).join() !== gaps(english.get(path) ?? '').join())).toEqual([]);
});

test('texts with a count have one and other', () => {
  const counted = german.filter(([path]) => path.endsWith('_one')).map(([path]) => path.slice(0, -4));
  expect(counted.length).toBeGreaterThan(5);
  expect(counted.filter((path) => !english.has(`${path}_other`))).toEqual([]);
});

test('German says Sie, Servicefall and quittieren, and never raises its voice', () => {
  expect(refused(german, (text) => /\b(du|dich|dir|dein(e[rmns]?)?|euch|euer)\b/i.test(text))).toEqual([]);
  expect(refused(german, (text) => /Ticket|\backen\b/i.test(text))).toEqual([]);
  expect(refused([...german, ...english], (text) => text.includes('!'))).toEqual([]);
});

test('what one can press is a verb in the infinitive', () => {
  const { acknowledge, assign, comment, shelve, wait, resolve, close, reopen } = de.case;
  for (const text of [acknowledge, assign, comment, shelve, wait, resolve, close, reopen]) expect(text).toMatch(/en$/);
});
