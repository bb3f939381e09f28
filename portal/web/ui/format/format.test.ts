import { describe, expect, test } from 'vitest';
import { count, decimalsFor, exact, value, withUnit } from './number.ts';
import { offsetMinutes, timeTicks, valueTicks } from './ticks.ts';
import { compact, sameDay, span, time, zoneName } from './time.ts';
import { fromWall, toWall } from './wall.ts';

const BERLIN = 'Europe/Berlin';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string): number => Date.parse(text);

describe('numbers', () => {
  test('a measured value carries as many decimals as its size needs', () => {
    expect([1234.5, 96.44, 4.5, 0.0612].map((number) => value('de', number))).toEqual([
      '1.235',
      '96,4',
      '4,50',
      '0,0612',
    ]);
    expect(value('en', 96.44)).toBe('96.4');
    expect(decimalsFor(0)).toBe(0);
    expect(value('de', 2, 120)).toBe('2,0');
  });

  test('a limit is shown as it was written', () => {
    expect([exact('de', 1500), exact('de', 4.5), exact('en', 0.05)]).toEqual(['1.500', '4,5', '0.05']);
  });

  test('the unit does not break from its number', () => {
    expect(withUnit('96,4', '°C')).toBe('96,4\u00a0°C');
    expect(withUnit('3', null)).toBe('3');
    expect(count('de', 10_000)).toBe('10.000');
  });
});

describe('times', () => {
  test('are told in the zone that was asked for, with its name of that day', () => {
    const winter = at('2026-01-15T13:05:09Z');
    expect(time('de', BERLIN, winter, 'seconds')).toBe('14:05:09');
    expect(time('de', 'America/New_York', winter, 'time')).toBe('08:05');
    expect(zoneName('de', BERLIN, winter)).toBe('MEZ');
    expect(zoneName('de', BERLIN, at('2026-07-15T12:00:00Z'))).toBe('MESZ');
    expect(time('de', BERLIN, winter, 'full')).toContain('MEZ');
  });

  test('carry their day only where it is not today', () => {
    const now = at('2026-01-15T20:00:00Z');
    expect(compact('de', BERLIN, at('2026-01-15T05:00:00Z'), now)).toBe('06:00');
    expect(compact('de', BERLIN, at('2026-01-14T05:00:00Z'), now)).toMatch(/^14\.01\..*06:00$/);
    expect(sameDay(BERLIN, at('2026-01-14T23:30:00Z'), now)).toBe(true);
  });

  test('spans are told in their two largest units', () => {
    const told = [45_000, 12 * 60_000, 3 * HOUR + 20 * 60_000, 2 * HOUR, 2 * DAY + 4 * HOUR, -5].map((ms) =>
      span('de', ms).replaceAll('\u00a0', ' '),
    );
    expect(told).toEqual(['45 s', '12 min', '3 h 20 min', '2 h', '2 Tg. 4 h', '0 s']);
  });

  test('midnight of the axis is midnight of the zone, also when the clock changes', () => {
    const ticks = timeTicks(at('2026-03-28T10:00:00Z'), at('2026-03-31T10:00:00Z'), BERLIN, 3);
    expect(ticks.map((tick) => time('de', BERLIN, tick, 'time'))).toEqual(['00:00', '00:00', '00:00']);
    expect(ticks.map((tick, i) => (i === 0 ? 0 : tick - (ticks[i - 1] ?? 0)))).toEqual([0, 23 * HOUR, 24 * HOUR]);
  });

  test('about as many marks as wanted, all within the range', () => {
    for (const hours of [1, 8, 24, 168, 336]) {
      const from = at('2026-05-05T05:17:00Z');
      const ticks = timeTicks(from, from + hours * HOUR, BERLIN, 8);
      expect(ticks.length).toBeGreaterThan(2);
      expect(ticks.length).toBeLessThan(12);
      expect(ticks.every((tick) => tick >= from && tick <= from + hours * HOUR)).toBe(true);
    }
    expect(offsetMinutes(BERLIN, at('2026-07-01T00:00:00Z'))).toBe(120);
  });

  test('value marks are round and cover what is shown', () => {
    expect(valueTicks(53.4, 99.5, 4)).toEqual({ ticks: [40, 60, 80, 100], low: 40, high: 100 });
    const flat = valueTicks(5, 5, 4);
    expect(flat.low).toBeLessThanOrEqual(5);
    expect(flat.high).toBeGreaterThanOrEqual(5);
    expect(valueTicks(0, 0, 4).ticks.length).toBeGreaterThan(0);
  });
});

describe('a time that was typed', () => {
  test('is that of the zone, in winter, in summer, and back again', () => {
    expect(fromWall('2026-01-15T14:05', BERLIN)).toBe(at('2026-01-15T13:05:00Z'));
    expect(fromWall('2026-07-15T14:05', BERLIN)).toBe(at('2026-07-15T12:05:00Z'));
    expect(fromWall('2026-03-29T03:30', BERLIN)).toBe(at('2026-03-29T01:30:00Z'));
    expect(toWall(at('2026-07-15T12:05:00Z'), BERLIN)).toBe('2026-07-15T14:05');
    expect(fromWall('tomorrow', BERLIN)).toBeUndefined();
  });
});
