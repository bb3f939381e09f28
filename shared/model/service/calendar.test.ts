import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BusinessCalendar, Calendar, calendarProblems, WEEKDAYS, type WeekHours } from './calendar.ts';
import { isHoliday } from './holidays.ts';

const HOUR = 3_600_000;
const OFFICE: WeekHours = {
  mon: ['08:00-17:00'],
  tue: ['08:00-17:00'],
  wed: ['08:00-17:00'],
  thu: ['08:00-17:00'],
  fri: ['08:00-15:00'],
};
const NW: BusinessCalendar = {
  id: 'nw',
  name: 'Bielefeld',
  timezone: 'Europe/Berlin',
  land: 'DE-NW',
  hours: OFFICE,
  daysOff: ['12-24', '12-31', '2026-05-15'],
};
const nw = new Calendar(NW);
const be = new Calendar({ ...NW, id: 'be', land: 'DE-BE' });
const at = (text: string): number => Date.parse(text);
const iso = (time: number): string => new Date(time).toISOString();

test('an hour of a week day is an hour, and the night is nothing', () => {
  expect(nw.between(at('2026-03-02T08:00+01:00'), at('2026-03-02T17:00+01:00'))).toBe(9 * HOUR);
  expect(nw.between(at('2026-03-02T17:00+01:00'), at('2026-03-03T08:00+01:00'))).toBe(0);
  expect(iso(nw.after(at('2026-03-06T14:30+01:00'), HOUR))).toBe(iso(at('2026-03-09T08:30+01:00')));
  expect(nw.isOpen(at('2026-03-02T08:00+01:00'))).toBe(true);
  expect(nw.isOpen(at('2026-03-02T17:00+01:00'))).toBe(false);
});

test('what ends with the day is due at its end, not the next morning', () => {
  expect(iso(nw.after(at('2026-03-06T14:00+01:00'), HOUR))).toBe(iso(at('2026-03-06T15:00+01:00')));
});

test('Heiligabend is no holiday, so it is a day off where the calendar says so', () => {
  expect(isHoliday('2026-12-24', 'DE-NW')).toBe(false);
  // Wednesday the 23rd, 16:00; the 24th is off, 25th and 26th are holidays, the 27th is a Sunday.
  expect(iso(nw.after(at('2026-12-23T16:00+01:00'), 2 * HOUR))).toBe(iso(at('2026-12-28T09:00+01:00')));
  const works = new Calendar({ ...NW, daysOff: [] });
  expect(iso(works.after(at('2026-12-23T16:00+01:00'), 2 * HOUR))).toBe(iso(at('2026-12-24T09:00+01:00')));
});

test('Fronleichnam is a holiday in North Rhine-Westphalia and none in Berlin', () => {
  const day = [at('2026-06-04T00:00+02:00'), at('2026-06-05T00:00+02:00')] as const;
  expect(nw.between(...day)).toBe(0);
  expect(be.between(...day)).toBe(9 * HOUR);
  expect(isHoliday('2026-03-08', 'DE-BE')).toBe(true);
  expect(isHoliday('2026-03-08', 'DE-NW')).toBe(false);
});

describe('on the Sundays when clocks change', () => {
  const night = new Calendar({ ...NW, land: null, daysOff: [], hours: { sun: ['00:00-24:00'] } });
  test('the day has 23 hours in spring and 25 in autumn', () => {
    expect(night.between(at('2026-03-28T12:00Z'), at('2026-03-30T12:00Z'))).toBe(23 * HOUR);
    expect(night.between(at('2026-10-24T12:00Z'), at('2026-10-26T12:00Z'))).toBe(25 * HOUR);
  });
  test('an hour that does not exist is not open, one that comes twice is open for two', () => {
    const hour = new Calendar({ ...NW, land: null, daysOff: [], hours: { sun: ['02:00-03:00'] } });
    expect(hour.between(at('2026-03-29T00:00Z'), at('2026-03-29T12:00Z'))).toBe(0);
    expect(hour.between(at('2026-10-25T00:00Z'), at('2026-10-25T12:00Z'))).toBe(2 * HOUR);
  });
  test('a promise over the change keeps its hours of work', () => {
    expect(iso(nw.after(at('2026-03-27T14:00+01:00'), 2 * HOUR))).toBe(iso(at('2026-03-30T09:00+02:00')));
  });
});

test('a calendar that cannot be is told with every place', () => {
  const wrong = {
    ...NW,
    id: 'always',
    timezone: 'Europe/Bielefeld',
    hours: { mon: ['17:00-08:00'], tue: ['08:00-12:00', '11:00-13:00'] },
    daysOff: ['24.12.', '02-30'],
  };
  expect(calendarProblems(wrong).map(({ path }) => path)).toEqual([
    'id',
    'timezone',
    'hours.mon[0]',
    'hours.tue[1]',
    'daysOff[0]',
    'daysOff[1]',
  ]);
  expect(calendarProblems({ ...NW, hours: {} }).map(({ path }) => path)).toEqual(['hours']);
  expect(calendarProblems(NW)).toEqual([]);
});

describe('for every calendar', () => {
  const clock = fc.integer({ min: 0, max: 96 }).map((quarter) => quarter * 15);
  const text = (m: number): string =>
    `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
  const spans = fc.uniqueArray(clock, { maxLength: 4 }).map((minutes) => {
    const sorted = minutes.toSorted((a, b) => a - b);
    return sorted.flatMap((from, i) =>
      i % 2 === 0 && i + 1 < sorted.length ? [`${text(from)}-${text(sorted[i + 1] ?? 0)}`] : [],
    );
  });
  const hours = fc
    .tuple(...WEEKDAYS.map(() => spans))
    .map((week) => Object.fromEntries(WEEKDAYS.map((weekday, i) => [weekday, week[i] ?? []])) as WeekHours)
    .filter((week) => WEEKDAYS.some((weekday) => (week[weekday] ?? []).length > 0));
  const calendar = fc
    .record({
      hours,
      timezone: fc.constantFrom('Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Africa/Cairo', 'UTC'),
      land: fc.constantFrom('DE-BY', 'DE-SN', null),
    })
    .map((some) => ({ ...NW, ...some }));
  const time = fc.integer({ min: at('2025-01-01T00:00Z'), max: at('2025-12-31T00:00Z') });
  const some = { numRuns: 100 };

  test('time adds up: from a to c is from a to b and from b to c', () => {
    fc.assert(
      fc.property(calendar, fc.tuple(time, time, time), (given, times) => {
        const [a, b, c] = times.toSorted((x, y) => x - y) as [number, number, number];
        const asked = new Calendar(given);
        expect(asked.between(a, b) + asked.between(b, c)).toBe(asked.between(a, c));
      }),
      some,
    );
  });

  test('by the instant after a duration just that duration has passed, and a moment before less', () => {
    fc.assert(
      fc.property(calendar, time, fc.integer({ min: 1, max: 60 * HOUR }), (given, from, ms) => {
        const asked = new Calendar(given);
        const end = asked.after(from, ms);
        expect(asked.between(from, end)).toBe(ms);
        expect(asked.between(from, end - 1)).toBe(ms - 1);
      }),
      some,
    );
  });

  test('later or longer never ends earlier', () => {
    fc.assert(
      fc.property(
        calendar,
        time,
        fc.nat(40 * HOUR),
        fc.nat(40 * HOUR),
        fc.nat(9 * 24 * HOUR),
        (given, from, x, y, later) => {
          const asked = new Calendar(given);
          const [short, long] = x < y ? [x, y] : [y, x];
          expect(asked.after(from, long)).toBeGreaterThanOrEqual(asked.after(from, short));
          expect(asked.after(from + later, short)).toBeGreaterThanOrEqual(asked.after(from, short));
        },
      ),
      some,
    );
  });

  test('it is open exactly where the next millisecond counts', () => {
    fc.assert(
      fc.property(calendar, time, (given, moment) => {
        const asked = new Calendar(given);
        expect(asked.isOpen(moment)).toBe(asked.between(moment, moment + 1) === 1);
      }),
      some,
    );
  });
});
