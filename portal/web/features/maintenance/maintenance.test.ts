import { describe, expect, test } from 'vitest';
import { recurrenceProblems, Series } from '#shared/model/service/recurrence.ts';
import { type PlanDraft, REPEATS, scheduleOf } from './plan.ts';
import { scheduleWords } from './words.ts';

/** A Saturday, the last of its month and the fourth. */
const DRAFT: PlanDraft = {
  title: 'Ölwechsel',
  start: '2026-11-28T22:00',
  duration: 4,
  unit: 'h',
  repeat: 'once',
  every: 1,
  days: [],
  until: '',
};

/** Without the spaces that must not break. */
const words = (...asked: Parameters<typeof scheduleWords>) => scheduleWords(...asked)?.replaceAll('\u00a0', ' ');

describe('a maintenance window', () => {
  test('is asked for as RFC 5545 writes it, and told in a sentence of both languages', () => {
    const all = REPEATS.map((repeat) => {
      const schedule = scheduleOf({ ...DRAFT, repeat });
      return [schedule.rrule, words(schedule, 'de'), words(schedule, 'en')];
    });
    expect(all).toEqual([
      [undefined, 'Einmalig am 28.11.2026 ab 22:00 Uhr, 4 h lang', 'Once, on 28/11/2026 from 22:00, for 4 h'],
      [
        'FREQ=DAILY',
        'Täglich ab 22:00 Uhr, 4 h lang, vom 28.11.2026 an',
        'Daily from 22:00, for 4 h, beginning 28/11/2026',
      ],
      [
        'FREQ=WEEKLY;BYDAY=SA',
        'Jeden Samstag ab 22:00 Uhr, 4 h lang, vom 28.11.2026 an',
        'Every Saturday from 22:00, for 4 h, beginning 28/11/2026',
      ],
      [
        'FREQ=MONTHLY;BYMONTHDAY=28',
        'Jeden Monat am 28. ab 22:00 Uhr, 4 h lang, vom 28.11.2026 an',
        'Every month on day 28 from 22:00, for 4 h, beginning 28/11/2026',
      ],
      [
        'FREQ=MONTHLY;BYDAY=4SA',
        'Jeden Monat am 4. Samstag ab 22:00 Uhr, 4 h lang, vom 28.11.2026 an',
        'Every month on the fourth Saturday from 22:00, for 4 h, beginning 28/11/2026',
      ],
    ]);
  });

  test('every so often, on several days and until a day', () => {
    const schedule = scheduleOf({
      ...DRAFT,
      repeat: 'weekly',
      every: 2,
      days: ['TH', 'MO'],
      until: '2026-12-31',
      duration: 90,
      unit: 'm',
    });
    expect(schedule).toEqual({
      start: '2026-11-28T22:00',
      duration: '90m',
      rrule: 'FREQ=WEEKLY;BYDAY=MO,TH;INTERVAL=2;UNTIL=20261231',
    });
    expect(words(schedule, 'de')).toBe(
      'Alle 2 Wochen am Montag und Donnerstag ab 22:00 Uhr, 1 h 30 min lang, vom 28.11.2026 an, bis 31.12.2026',
    );
    const recurrence = { ...schedule, timezone: 'Europe/Berlin' };
    expect(recurrenceProblems(recurrence)).toEqual([]);
    expect(new Series(recurrence).first()).toBe(Date.parse('2026-12-07T21:00:00Z'));
  });

  test('on the fifth of its weekday is on the last, which every month has', () => {
    const schedule = scheduleOf({ ...DRAFT, start: '2026-05-30T06:00', repeat: 'monthWeekday' });
    expect(schedule.rrule).toBe('FREQ=MONTHLY;BYDAY=-1SA');
    expect(words(schedule, 'de')).toMatch(/^Jeden Monat am letzten Samstag ab 06:00 Uhr/);
  });

  test('with something missing is no recurrence, and says which part', () => {
    const paths = (change: Partial<PlanDraft>) =>
      recurrenceProblems({ ...scheduleOf({ ...DRAFT, repeat: 'weekly', ...change }), timezone: 'Europe/Berlin' }).map(
        ({ path }) => path,
      );
    expect(paths({ start: '' })).toEqual(['start']);
    expect(paths({ duration: '' })).toEqual(['duration']);
    expect(paths({ duration: 400, unit: 'd' })).toEqual(['duration']);
    expect(paths({ every: '' })).toEqual(['rrule']);
    expect(paths({ until: '2026-11-01' })).toEqual(['rrule']);
  });

  test('that a program planned is told where a person would say it so, and else by its rule', () => {
    const told = (rrule: string) => words({ start: '2026-11-28T22:00', duration: '4h', rrule }, 'de');
    expect(told('FREQ=DAILY;INTERVAL=3;COUNT=5')).toBe('Alle 3 Tage ab 22:00 Uhr, 4 h lang, vom 28.11.2026 an, 5-mal');
    expect(told('FREQ=WEEKLY')).toMatch(/^Jeden Samstag/);
    for (const other of ['FREQ=YEARLY', 'FREQ=MONTHLY;BYDAY=MO', 'FREQ=MONTHLY;BYMONTHDAY=-1', 'FREQ=DAILY;BYHOUR=3,9'])
      expect(told(other)).toBeUndefined();
  });
});
