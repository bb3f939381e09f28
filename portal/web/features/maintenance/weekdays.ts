/** Weekdays as RFC 5545 writes them, and where in its month a day lies. Days are read from the wall clock, `2026-03-01T22:00`. */
import type { Language } from '#portal/web/i18n/language.ts';
import { localeOf } from '#portal/web/ui/format/number.ts';

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY = 86_400_000;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);

/** The day taken for one in UTC, epoch ms; NaN where the text is none. */
export function dayMs(wall: string): number {
  return Date.parse(`${wall.slice(0, 10)}T00:00:00Z`);
}

/** Monday where the text is no day: whoever asks has told by then that it is none. */
export function weekdayOf(wall: string): Weekday {
  return WEEKDAYS[((((dayMs(wall) - MONDAY) / DAY) % 7) + 7) % 7] ?? 'MO';
}

/** 3: the third of its weekday in its month. */
export function placeInMonth(wall: string): number {
  return Math.ceil(Number(wall.slice(8, 10)) / 7);
}

/** A fifth is not in every month: it is taken for the last. */
export function lastOfItsKind(wall: string): boolean {
  return placeInMonth(wall) === 5;
}

export function weekdayName(day: Weekday, language: Language, form: 'long' | 'short' = 'long'): string {
  const format = new Intl.DateTimeFormat(localeOf(language), { weekday: form, timeZone: 'UTC' });
  return format.format(MONDAY + WEEKDAYS.indexOf(day) * DAY);
}
