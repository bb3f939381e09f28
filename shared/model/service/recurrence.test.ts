import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type Recurrence, recurrenceProblems, Series } from './recurrence.ts';

const at = (iso: string): number => Date.parse(iso);
const NIGHT: Recurrence = {
  start: '2026-03-27T02:30',
  duration: '2h',
  rrule: 'FREQ=DAILY',
  timezone: 'Europe/Berlin',
};

/** Starts and ends in UTC of what has a moment in the range. */
const list = (recurrence: Recurrence, from: string, to: string): string[] =>
  new Series(recurrence)
    .between(at(from), at(to))
    .map((found) => [found.from, found.to].map((time) => new Date(time).toISOString().slice(5, 16)).join(' '));

describe('what recurs', () => {
  test('starts on the wall clock in summer as in winter, and does not vanish in the gap of spring', () => {
    expect(list(NIGHT, '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '03-28T01:30 03-28T03:30',
      '03-29T01:30 03-29T03:30',
      '03-30T00:30 03-30T02:30',
    ]);
  });

  test('starts once in the night in which an hour occurs twice, and lasts as long as ever', () => {
    expect(list(NIGHT, '2026-10-24T00:00Z', '2026-10-26T12:00Z')).toEqual([
      '10-24T00:30 10-24T02:30',
      '10-25T00:30 10-25T02:30',
      '10-26T01:30 10-26T03:30',
    ]);
  });

  test('two starts that the gap of spring brings together are one', () => {
    const twice = { ...NIGHT, start: '2026-03-29T02:30', duration: '20m', rrule: 'FREQ=DAILY;BYHOUR=2,3;COUNT=4' };
    expect(list(twice, '2026-03-29T00:00Z', '2026-04-05T00:00Z')).toEqual([
      '03-29T01:30 03-29T01:50',
      '03-30T00:30 03-30T00:50',
      '03-30T01:30 03-30T01:50',
    ]);
  });

  test('without a rule it is once', () => {
    const once = { start: '2026-06-01T08:00', duration: '90m', timezone: 'America/New_York' };
    const series = new Series(once);
    expect(list(once, '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual(['06-01T12:00 06-01T13:30']);
    expect(series.at(at('2026-06-01T12:00Z'))).toEqual({ from: at('2026-06-01T12:00Z'), to: at('2026-06-01T13:30Z') });
    expect(series.at(at('2026-06-01T13:30Z'))).toBeUndefined();
    expect(series.nextStart(at('2026-06-01T11:59Z'))).toBe(at('2026-06-01T12:00Z'));
    expect(series.nextStart(at('2026-06-01T12:00Z'))).toBeUndefined();
  });

  test('ends with COUNT and UNTIL, the latter by the clock of the zone or in UTC', () => {
    const daily = (more: string) => ({ ...NIGHT, start: '2026-07-01T01:00', rrule: `FREQ=DAILY;${more}` });
    const days = (more: string) => list(daily(more), '2026-06-01T00:00Z', '2026-12-01T00:00Z').length;
    expect(days('COUNT=3')).toBe(3);
    expect(days('UNTIL=20260703')).toBe(3);
    expect(days('UNTIL=20260703T010000')).toBe(3);
    expect(days('UNTIL=20260702T230000Z')).toBe(3);
    expect(days('UNTIL=20260702T225959Z')).toBe(2);
  });

  test('every first Saturday of a month, as RFC 5545 writes it', () => {
    const first = { ...NIGHT, start: '2026-01-01T22:00', rrule: 'RRULE:FREQ=MONTHLY;BYDAY=1SA' };
    expect(list(first, '2026-01-03T22:00Z', '2026-04-05T00:00Z')).toEqual([
      '01-03T21:00 01-03T23:00',
      '02-07T21:00 02-07T23:00',
      '03-07T21:00 03-07T23:00',
      '04-04T20:00 04-04T22:00',
    ]);
  });

  test('any daily series in any zone holds what the calendar of that zone says', () => {
    const zones = [
      'Europe/Berlin',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
      'Africa/Casablanca',
    ];
    const input = fc.record({
      zone: fc.constantFrom(...zones),
      day: fc.integer({ min: 0, max: 6_000 }),
      minute: fc.integer({ min: 0, max: 1439 }),
      hours: fc.integer({ min: 1, max: 60 }),
      interval: fc.integer({ min: 1, max: 5 }),
      look: fc.integer({ min: 0, max: 400 }),
      width: fc.integer({ min: 1, max: 90 }),
    });
    fc.assert(
      fc.property(input, ({ zone, day, minute, hours, interval, look, width }) => {
        const start = Temporal.PlainDateTime.from('2010-01-01T00:00').add({ days: day, minutes: minute });
        const from = start.toZonedDateTime('UTC').epochMilliseconds + look * 3_600_000;
        const to = from + width * 3_600_000;
        const expected = new Set<number>();
        for (let n = 0; n < 60; n++) {
          const begin = start.add({ days: n * interval }).toZonedDateTime(zone).epochMilliseconds;
          if (begin < to && begin + hours * 3_600_000 > from) expected.add(begin);
        }
        const series = new Series({
          start: start.toString(),
          duration: `${hours}h`,
          rrule: `FREQ=DAILY;INTERVAL=${interval}`,
          timezone: zone,
        });
        expect(series.between(from, to).map((found) => found.from)).toEqual([...expected].sort((a, b) => a - b));
        const later = series.nextStart(from) ?? 0;
        expect(series.between(from, later + 1).at(-1)?.from).toBe(later);
      }),
    );
  });
});

test('everything wrong is told at once, each with its mend', () => {
  const told = (change: Partial<Recurrence>) =>
    recurrenceProblems({ ...NIGHT, ...change }).map(({ path, message }) => `${path}: ${message}`);
  expect(told({})).toEqual([]);
  expect(told({ start: '2026-02-30T02:00', duration: '0s', timezone: 'CEST+2', rrule: 'FREQ=HOURLY;FOO=1' })).toEqual([
    expect.stringContaining('start: "2026-02-30T02:00" is no time on the wall clock'),
    'duration: must be longer than nothing',
    'timezone: "CEST+2" is no time zone: write its IANA name, such as Europe/Berlin',
    'rrule: FREQ=HOURLY is not possible: it takes one of DAILY, WEEKLY, MONTHLY, YEARLY',
    expect.stringContaining('rrule: "FOO=1" is no part of a rule: FREQ, INTERVAL'),
  ]);
  expect(told({ rrule: '' })).toHaveLength(1);
  expect(told({ rrule: 'INTERVAL=2' })).toEqual(['rrule: FREQ is missing: begin with FREQ=WEEKLY']);
  expect(told({ rrule: 'FREQ=DAILY;BYHOUR=25' })).toEqual([
    'rrule: BYHOUR=25 is not possible: it takes numbers from 0 to 23',
  ]);
  expect(told({ rrule: 'FREQ=DAILY;COUNT=2;UNTIL=20270101' })).toEqual([
    'rrule: COUNT and UNTIL cannot stand together',
  ]);
  expect(told({ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31' })[0]).toContain('has no occurrence after the start');
  expect(told({ rrule: 'FREQ=DAILY;UNTIL=20200101' })[0]).toContain('has no occurrence after the start');
  expect(told({ timezone: '+02:00' })).toHaveLength(1);
  expect(told({ duration: '367d' })).toEqual(['duration: is longer than 366 days']);
});
