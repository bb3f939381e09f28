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

test('no text is empty, and none was left in the other language', () => {
  for (const [path, text] of [...german, ...english]) expect(text.trim(), path).not.toBe('');
  const words = german.filter(([path, text]) => english.get(path) === text && /[äöüß]/.test(text));
  expect(words).toEqual([]);
});

test('both languages fill in the same things', () => {
  for (const [path, text] of german) expect(gaps(english.get(path) ?? ''), path).toEqual(gaps(text));
});

test('texts with a count have one and other', () => {
  const counted = german.filter(([path]) => path.endsWith('_one')).map(([path]) => path.slice(0, -4));
  expect(counted.length).toBeGreaterThan(5);
  for (const path of counted) expect(english.has(`${path}_other`), path).toBe(true);
});

test('German says Sie, Servicefall and quittieren, and never raises its voice', () => {
  for (const [path, text] of german) {
    expect(text, path).not.toMatch(/\b(du|dich|dir|dein(e[rmns]?)?|euch|euer)\b/i);
    expect(text, path).not.toMatch(/Ticket|Alarm-?Ack|\backen\b/i);
    expect(text, path).not.toMatch(/!/);
  }
});

test('what one can press begins with a verb in the infinitive', () => {
  const { acknowledge, assign, comment, shelve, wait, resolve, close, reopen } = de.case;
  for (const text of [acknowledge, assign, comment, shelve, wait, resolve, close, reopen]) expect(text).toMatch(/en$/);
});
