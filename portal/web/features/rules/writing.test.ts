/** What happens to a rule while it is written: two views of one state, texts in two languages, a result that may be late. */
import { describe, expect, test } from 'vitest';
import type { Plant } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { marksOf, shareDone } from './progress.ts';
import { reworded, writtenIn } from './texts.ts';
import { begin, copyOf, fromSentence, fromText, idFrom, NEW_RULE, refusals } from './writing.ts';

const PLANT: Plant = {
  version: 1,
  customers: [],
  models: [{ id: 'm', name: 'M', components: [], sensors: [{ id: 't', tolerance: { high: 80 } }] }],
  machines: [{ id: 'x', model: 'm', customer: 'c' }],
};
const RULE: Rule = { id: 'hot', when: { sensor: 't', outside: '20%' }, severity: 'danger' };

describe('sentence and text', () => {
  test('a text that does not read locks the sentence and keeps what could be read last', () => {
    const begun = begin(RULE, PLANT);
    const broken = fromText(begun, begun.text.replace('outside', 'outsite'), PLANT);
    expect(broken).toMatchObject({ locked: true, draft: RULE });
    expect(broken.read.problems.map(({ line, path }) => [line, path])).toContainEqual([2, 'when.outsite']);
    const mended = fromText(broken, begun.text.replace('20%', '30%'), PLANT);
    expect(mended).toMatchObject({ locked: false, draft: { when: { outside: '30%' } }, read: { problems: [] } });
  });

  test('a name the plant does not have is told, but locks nothing: it is chosen anew in the sentence', () => {
    const begun = begin(RULE, PLANT);
    const other = fromText(begun, begun.text.replace('sensor: t', 'sensor: v'), PLANT);
    expect(other).toMatchObject({ locked: false, draft: { when: { sensor: 'v' } } });
    expect(other.read.problems.map(({ path }) => path)).toEqual(['when.sensor']);
  });

  test('what is still missing is told at its place', () => {
    const { read, locked, trial } = fromSentence(NEW_RULE, PLANT);
    expect(trial).toBeUndefined();
    expect(read.rule).toBeUndefined();
    expect(locked).toBe(false);
    expect(read.problems.map(({ path }) => path)).toEqual(['id', 'title', 'when.sensor']);
    const whole = fromSentence({ ...NEW_RULE, when: { sensor: 't', outside: '20%' } }, PLANT);
    expect(whole.read.problems.map(({ path }) => path)).toEqual(['id', 'title']);
    expect(whole.trial).toMatchObject({ when: { sensor: 't', outside: '20%' }, for: '5m' });
  });
});

test('a rule keeps id and mode while it is changed; a new one has an id of its own and begins without disturbing', () => {
  const texts = (rule: Rule, base?: Rule) => refusals(rule, base, new Set(['hot'])).map(({ text }) => text);
  expect(texts({ ...RULE, for: '5m' }, RULE)).toEqual([]);
  expect(texts({ ...RULE, mode: 'live' }, RULE)).toEqual([]);
  expect(texts({ ...RULE, id: 'warm', mode: 'pilot' }, RULE)).toEqual(['idFixed', 'modeFixed']);
  expect(texts(RULE)).toEqual(['idTaken', 'modeNew']);
  expect(texts({ ...RULE, id: 'warm', mode: 'off' })).toEqual([]);
});

test('a copy is off, and has the first free id', () => {
  const named: Rule = { ...RULE, title: { de: 'Heiß', en: 'Hot' }, mode: 'live' };
  const copy = copyOf(named, (title) => `${title} 2`, new Set(['hot', 'hot-2']));
  expect(copy).toEqual({ ...named, id: 'hot-3', title: { de: 'Heiß 2', en: 'Hot 2' }, mode: 'off' });
  expect(idFrom('Öldruck zu hoch (über 5 bar)')).toBe('oeldruck-zu-hoch-ueber-5-bar');
});

test('texts stay as they were written: one for all languages until another is added', () => {
  expect(reworded('Heiß', 'de', 'Zu heiß')).toBe('Zu heiß');
  expect(reworded('Heiß', 'en', 'Hot')).toEqual({ de: 'Heiß', en: 'Hot' });
  expect(reworded({ de: 'Heiß', en: 'Hot' }, 'de', '')).toEqual({ en: 'Hot' });
  expect(reworded({ de: 'Heiß', fr: 'Chaud' }, 'de', 'Zu heiß')).toEqual({ de: 'Zu heiß', fr: 'Chaud' });
  expect(reworded(undefined, 'de', '')).toBeUndefined();
  expect([writtenIn('Heiß', 'de'), writtenIn('Heiß', 'en'), writtenIn({ en: 'Hot' }, 'de')]).toEqual(['Heiß', '', '']);
});

test('progress is told by readings, else by how far the past has come; marks too near to tell apart are one', () => {
  const range = { from: 0, to: 1_000 };
  expect(shareDone({ state: 'running', readings: 30, total: 120 }, range)).toBe(0.25);
  expect(shareDone({ state: 'running', total: null, at: new Date(500).toISOString() }, range)).toBe(0.5);
  expect(shareDone({ state: 'waiting' }, range)).toBeUndefined();
  const alarm = (from: number, to: number | null) => ({
    machine: 'x',
    rule: 'hot',
    raisedAt: new Date(from).toISOString(),
    clearedAt: to === null ? null : new Date(to).toISOString(),
    severity: 'danger' as const,
    component: null,
    reason: {},
  });
  const alarms = [alarm(100, 110), alarm(115, 120), alarm(500, 600), alarm(900, null)];
  expect(marksOf(alarms, range, 100)).toEqual([
    { from: 100, to: 120 },
    { from: 500, to: 600 },
    { from: 900, to: 1_000 },
  ]);
});
