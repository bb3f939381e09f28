import { describe, expect, test } from 'vitest';
import type { Fact } from '#shared/model/reason.ts';
import type { Condition, Rule } from '#shared/model/rule.ts';
import { arithmeticOf, leavesOf } from './arithmetic.ts';
import { sensorsIn } from './facts.ts';
import { conditionWords, type Names, ruleWords } from './words.ts';

const NAMES: Record<string, string> = { 'bearing-temp': 'Lagertemperatur', pressure: 'Druck' };
const names: Names = {
  sensor: (id) => ({ name: NAMES[id] ?? id, unit: id === 'pressure' ? 'bar' : '°C' }),
  component: (id) => (id === 'spindle-bearing' ? 'Spindellager' : id),
};
const hot: Rule = {
  id: 'hot',
  when: { sensor: 'bearing-temp', outside: '20%' },
  for: '5m',
  severity: 'danger',
  endangers: 'spindle-bearing',
};

describe('a rule in words', () => {
  test('is one sentence in both languages', () => {
    expect(ruleWords(hot, 'de', names)).toBe(
      'Wenn Lagertemperatur um mehr als 20 % außerhalb der Toleranz liegt, mindestens 5 min lang, dann ist Spindellager in Ausfallgefahr.',
    );
    expect(ruleWords({ ...hot, severity: 'notice', for: '0s' }, 'en', names)).toBe(
      'If Lagertemperatur is more than 20 % outside tolerance, then Spindellager needs maintenance.',
    );
  });

  const conditions: [what: string, condition: Condition, de: string][] = [
    ['tolerance', { sensor: 'pressure', outside: '0%' }, 'Druck außerhalb der Toleranz liegt'],
    ['limit', { sensor: 'pressure', above: 8 }, 'Druck über 8 bar liegt'],
    ['lower limit', { sensor: 'pressure', below: 2.5 }, 'Druck unter 2,5 bar liegt'],
    ['mean', { sensor: 'pressure', mean: '10m', above: 8 }, 'Druck im Mittel über 10 min über 8 bar liegt'],
    [
      'change',
      { sensor: 'pressure', changes: { by: 2, within: '1h', direction: 'up' } },
      'Druck in 1 h um mindestens 2 bar steigt',
    ],
    ['frozen', { sensor: 'pressure', frozen: '30m' }, 'Druck 30 min lang denselben Wert meldet'],
    ['silent', { sensor: 'pressure', silent: '15m' }, 'Druck 15 min lang nichts meldet'],
    [
      'trend',
      { sensor: 'pressure', trend: { over: '2h', reaches: 'high', within: '5h' } },
      'Druck nach dem Trend der letzten 2 h in höchstens 5 h die obere Toleranzgrenze erreicht',
    ],
    ['deviates', { sensor: 'pressure', deviates: { sigmas: 4 } }, 'Druck um mehr als 4 σ vom Üblichen abweicht'],
    ['event', { event: 'E42' }, 'das Ereignis E42 auftritt'],
    ['events', { event: 'E42', count: 3, within: '1h' }, 'das Ereignis E42 in 1 h mindestens 3-mal auftritt'],
    [
      'all, not and state',
      { all: [{ state: 'running' }, { not: { sensor: 'pressure', below: 2 } }] },
      'die Maschine läuft und nicht gilt, dass Druck unter 2 bar liegt',
    ],
    ['a state of its own', { state: 'purge' }, 'der Betriebszustand „purge“ gilt'],
    [
      'sequence',
      { sequence: [{ event: 'E1' }, { any: [{ event: 'E2' }, { event: 'E3' }] }], within: '1m' },
      'innerhalb von 1 min nacheinander: das Ereignis E1 auftritt, dann das Ereignis E2 auftritt oder das Ereignis E3 auftritt',
    ],
  ];
  test.each(conditions)('%s', (_what, condition, words) => {
    expect(conditionWords(condition, 'de', names)).toBe(words);
    expect(conditionWords(condition, 'en', names).length).toBeGreaterThan(5);
  });
});

describe('the arithmetic', () => {
  const outside: Fact = {
    test: 'outside',
    sensor: 'bearing-temp',
    verdict: true,
    value: 96.4,
    limit: 80,
    width: 20,
    excess: 82,
    allowed: 20,
    side: 'high',
  };

  test('of an excess can be redone with the numbers that are shown', () => {
    expect(arithmeticOf(outside, 'de')).toEqual({
      formula: '100 · (Messwert − Grenze) / Breite',
      numbers: '100 · (96,4 − 80) / 20 = 82 %',
      comparison: '82 % > 20 %',
    });
  });

  test('turns round below the lower limit, and puts negative numbers in brackets', () => {
    const low: Fact = { ...outside, value: -3, limit: 2, width: 10, excess: 50, side: 'low' };
    expect(arithmeticOf(low, 'en')?.numbers).toBe('100 · (2 − (-3)) / 10 = 50 %');
  });

  test('of a limit is the comparison that decided', () => {
    const above: Fact = { test: 'above', sensor: 'pressure', unit: 'bar', verdict: true, value: 8.2, limit: 8 };
    expect(arithmeticOf(above, 'de')?.comparison).toBe('8,2 bar > 8 bar');
    expect(arithmeticOf({ ...above, verdict: false, value: 7 }, 'de')?.comparison).toBe('7 bar ≤ 8 bar');
  });

  test('is left out where a number is missing', () => {
    expect(arithmeticOf({ test: 'outside', sensor: 'x', verdict: null, allowed: 20 }, 'de')).toBeUndefined();
    expect(arithmeticOf({ test: 'silent', sensor: 'x', verdict: true, windowMs: 1 }, 'de')).toBeUndefined();
  });

  test('reaches every leaf of a combination once', () => {
    const running: Fact = { test: 'state', state: 'running', verdict: true };
    const all: Fact = {
      test: 'all',
      verdict: true,
      of: [outside, { test: 'not', verdict: true, of: [{ ...outside, verdict: false }] }, running],
    };
    expect(leavesOf(all).map(({ fact }) => fact.test)).toEqual(['outside', 'outside', 'state']);
    expect(sensorsIn(all)).toEqual(['bearing-temp']);
  });
});
