import { expect, test } from 'vitest';
import { percent, span } from './figures.ts';
import type { Change, Ended, Fact } from './reason.ts';
import { factSentence, sentences } from './sentence.ts';

const NAMES: Record<string, { de: string; en: string }> = {
  'bearing-temp': { de: 'Lagertemperatur', en: 'Bearing temperature' },
  pressure: { de: 'Druck', en: 'Pressure' },
};
const names = (sensor: string) => NAMES[sensor];
const MIN = 60_000;
const HOUR = 60 * MIN;
const hot: Fact = {
  test: 'outside',
  sensor: 'bearing-temp',
  verdict: true,
  value: 96.4,
  unit: '°C',
  excess: 20.5,
  allowed: 20,
  side: 'high',
};
const pressure = { sensor: 'pressure', unit: 'bar', value: 8.2, at: 100 * HOUR } as const;

const cases: [what: string, fact: Fact, de: string, en: string][] = [
  [
    'above tolerance',
    hot,
    'Lagertemperatur 96,4 °C, 20,5 % über Toleranz',
    'Bearing temperature 96.4 °C, 20.5 % above tolerance',
  ],
  [
    'below tolerance',
    { ...hot, value: -3, side: 'low', excess: 1234.56 },
    'Lagertemperatur -3 °C, 1.235 % unter Toleranz',
    'Bearing temperature -3 °C, 1,235 % below tolerance',
  ],
  [
    'hardly more than allowed',
    { ...hot, excess: 20.04 },
    'Lagertemperatur 96,4 °C, 20,04 % über Toleranz',
    'Bearing temperature 96.4 °C, 20.04 % above tolerance',
  ],
  [
    'back inside',
    { ...hot, verdict: false, value: 75, excess: -12 },
    'Lagertemperatur 75 °C, in der Toleranz',
    'Bearing temperature 75 °C, within tolerance',
  ],
  [
    'no reading',
    { test: 'outside', sensor: 'bearing-temp', verdict: null, allowed: 20 },
    'Lagertemperatur: kein aktueller Messwert',
    'Bearing temperature: no current reading',
  ],
  [
    'above a limit',
    { test: 'above', ...pressure, verdict: true, limit: 8 },
    'Druck 8,2 bar, über dem Grenzwert 8 bar',
    'Pressure 8.2 bar, above the limit of 8 bar',
  ],
  [
    'no more below',
    { test: 'below', ...pressure, verdict: false, limit: 8 },
    'Druck 8,2 bar, nicht unter 8 bar',
    'Pressure 8.2 bar, not below 8 bar',
  ],
  [
    'mean',
    { test: 'above', ...pressure, verdict: true, limit: 8, aggregate: 'mean', windowMs: 10 * MIN },
    'Druck (Mittel über 10 min) 8,2 bar, über dem Grenzwert 8 bar',
    'Pressure (mean over 10 min) 8.2 bar, above the limit of 8 bar',
  ],
  [
    'rise',
    { test: 'changes', ...pressure, verdict: true, by: 2, change: 2.5, windowMs: HOUR, direction: 'either' },
    'Druck in 1 h um 2,5 bar gestiegen',
    'Pressure rose by 2.5 bar in 1 h',
  ],
  [
    'fall',
    { test: 'changes', ...pressure, verdict: true, by: 2, change: 2.5, windowMs: HOUR, direction: 'down' },
    'Druck in 1 h um 2,5 bar gefallen',
    'Pressure fell by 2.5 bar in 1 h',
  ],
  [
    'hardly changed',
    { test: 'changes', ...pressure, verdict: false, by: 2, change: 0.5, windowMs: HOUR, direction: 'up' },
    'Druck in 1 h um weniger als 2 bar geändert',
    'Pressure changed by less than 2 bar in 1 h',
  ],
  [
    'frozen',
    { test: 'frozen', ...pressure, verdict: true, windowMs: 30 * MIN, since: 98 * HOUR },
    'Druck seit 2 h unverändert 8,2 bar',
    'Pressure unchanged 8.2 bar for 2 h',
  ],
  [
    'thawed',
    { test: 'frozen', ...pressure, verdict: false, windowMs: 30 * MIN },
    'Druck ändert sich wieder',
    'Pressure changes again',
  ],
  [
    'silent',
    { test: 'silent', sensor: 'pressure', verdict: true, windowMs: 15 * MIN },
    'Druck seit 15 min ohne Messwert',
    'Pressure without a reading for 15 min',
  ],
  [
    'reports again',
    { test: 'silent', sensor: 'pressure', verdict: false, windowMs: 15 * MIN },
    'Druck meldet wieder',
    'Pressure reports again',
  ],
  [
    'trend',
    { test: 'trend', ...pressure, verdict: true, limit: 10, windowMs: HOUR, withinMs: 5 * HOUR, reachesAt: 103 * HOUR },
    'Druck 8,2 bar, erreicht 10 bar in etwa 3 h',
    'Pressure 8.2 bar, reaches 10 bar in about 3 h',
  ],
  [
    'trend past the limit',
    {
      test: 'trend',
      ...pressure,
      value: 11,
      verdict: true,
      limit: 10,
      windowMs: HOUR,
      withinMs: HOUR,
      reachesAt: 99 * HOUR,
    },
    'Druck 11 bar, Grenzwert 10 bar erreicht',
    'Pressure 11 bar, limit of 10 bar reached',
  ],
  [
    'trend turned',
    { test: 'trend', ...pressure, verdict: false, limit: 10, windowMs: HOUR, withinMs: 5 * HOUR },
    'Druck erreicht 10 bar nicht in den nächsten 5 h',
    'Pressure will not reach 10 bar within 5 h',
  ],
  [
    'unusual',
    { test: 'deviates', ...pressure, verdict: true, sigmas: 4, deviation: -5.25 },
    'Druck 8,2 bar, 5,25 σ vom Üblichen',
    'Pressure 8.2 bar, 5.25 σ from what is usual',
  ],
  [
    'event',
    { test: 'event', event: 'E42', count: 1, needed: 1, windowMs: MIN, verdict: true },
    'Ereignis E42',
    'Event E42',
  ],
  [
    'events',
    { test: 'event', event: 'E42', count: 3, needed: 3, windowMs: HOUR, verdict: true },
    'Ereignis E42 3-mal in 1 h',
    'Event E42 3 times in 1 h',
  ],
  [
    'no event',
    { test: 'event', event: 'E42', count: 0, needed: 1, windowMs: MIN, verdict: false },
    'Kein Ereignis E42 in 1 min',
    'No event E42 in 1 min',
  ],
  [
    'state',
    { test: 'state', state: 'running', reported: 'running', verdict: true },
    'Betriebszustand „läuft“',
    'State “running”',
  ],
  [
    'other state',
    { test: 'state', state: 'running', reported: 'idle', verdict: false },
    'Betriebszustand „bereit“, nicht „läuft“',
    'State “idle”, not “running”',
  ],
  [
    'a sensor without a name',
    { test: 'silent', sensor: 's-7', verdict: true, windowMs: MIN },
    's-7 seit 1 min ohne Messwert',
    's-7 without a reading for 1 min',
  ],
];

test.each(cases)('%s is one sentence in both languages', (_what, fact, de, en) => {
  expect([factSentence(fact, 'de', names), factSentence(fact, 'en', names)]).toEqual([de, en]);
});

test('a combination names what decided, measured values first, two of them', () => {
  const running: Fact = { test: 'state', state: 'running', reported: 'running', verdict: true };
  const silent: Fact = { test: 'silent', sensor: 'pressure', verdict: true, windowMs: MIN };
  const idle: Fact = { ...silent, verdict: false };
  expect(factSentence({ test: 'all', of: [running, hot], verdict: true }, 'de', names)).toBe(
    'Lagertemperatur 96,4 °C, 20,5 % über Toleranz; Betriebszustand „läuft“',
  );
  expect(factSentence({ test: 'all', of: [running, hot, silent], verdict: true }, 'en', names)).toBe(
    'Bearing temperature 96.4 °C, 20.5 % above tolerance; Pressure without a reading for 1 min; and 1 more condition',
  );
  expect(factSentence({ test: 'any', of: [idle, hot], verdict: true }, 'de', names)).toBe(
    'Lagertemperatur 96,4 °C, 20,5 % über Toleranz',
  );
  expect(factSentence({ test: 'sequence', of: [silent, hot], verdict: true }, 'de', names)).toBe(
    'Druck seit 1 min ohne Messwert; dann Lagertemperatur 96,4 °C, 20,5 % über Toleranz',
  );
  expect(factSentence({ test: 'not', of: [idle], verdict: true }, 'de', names)).toBe('Druck meldet wieder');
});

test('an alarm that a change of the rulebook or plant ended names the change, its author and why', () => {
  const told = (ended: Ended, change?: Partial<Change>) => {
    const known = change && { configuration: 9, author: null, why: null, ...change };
    return sentences({ since: 0, delayMs: 0, fact: hot, ended, ...(known && { change: known }) }, names);
  };
  expect(told('rule-changed')).toEqual({ de: 'Die Regel wurde geändert', en: 'The rule was changed' });
  expect(told('rule-off', { ruleVersion: 3, author: 'Lena Leitung', why: 'zu viele Meldungen' })).toEqual({
    de: 'Die Regel wurde ausgeschaltet (Version 3, Lena Leitung: zu viele Meldungen)',
    en: 'The rule was switched off (version 3, Lena Leitung: zu viele Meldungen)',
  });
  expect(told('machine-removed', { ruleVersion: 3, author: 'Ingo' }).de).toBe('Die Maschine wurde entfernt (Ingo)');
  expect(told('tolerance-changed', { why: 'import' }).en).toBe('The tolerance was changed (import)');
  expect(told('rule-removed', {}).en).toBe('The rule was removed');
});

test('spans take the greatest fitting unit, percentages show on which side of the limit they are', () => {
  expect([500, 1000, 45_000, 90_000, 90 * MIN, 2.5 * HOUR, 24 * HOUR, 72 * HOUR].map((ms) => span(ms, 'de'))).toEqual([
    '500 ms',
    '1 s',
    '45 s',
    '1,5 min',
    '1,5 h',
    '2,5 h',
    '1 Tag',
    '3 Tage',
  ]);
  expect(percent(20, 'de', 20)).toBe('20 %');
  expect(percent(20.0004, 'de', 20)).toBe('20,0004 %');
});
