/** Times in a named zone. Nothing here reads a clock: `now` is handed in. */
import type { Language } from '#portal/web/i18n/language.ts';
import { localeOf } from './number.ts';

export type TimeForm = 'time' | 'seconds' | 'date' | 'dateTime' | 'full';

const OPTIONS: Readonly<Record<TimeForm, Intl.DateTimeFormatOptions>> = {
  time: { hour: '2-digit', minute: '2-digit' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  date: { day: '2-digit', month: '2-digit', year: 'numeric' },
  dateTime: { day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit' },
  full: {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  },
};

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(
  language: Language,
  zone: string,
  options: Intl.DateTimeFormatOptions,
  key: string,
): Intl.DateTimeFormat {
  const name = `${language} ${zone} ${key}`;
  const known = formats.get(name);
  if (known) return known;
  const made = new Intl.DateTimeFormat(localeOf(language), { ...options, timeZone: zone, hourCycle: 'h23' });
  formats.set(name, made);
  return made;
}

export function time(language: Language, zone: string, at: number, form: TimeForm): string {
  return formatOf(language, zone, OPTIONS[form], form).format(at);
}

/** Day and month, and the year only where it is not this one: "14.11." */
export function day(language: Language, zone: string, at: number): string {
  return formatOf(language, zone, { weekday: 'short', day: '2-digit', month: '2-digit' }, 'day').format(at);
}

/** Short name of the zone as it holds at that time: "MEZ", "GMT+1". */
export function zoneName(language: Language, zone: string, at: number): string {
  const parts = formatOf(language, zone, { timeZoneName: 'short' }, 'zone').formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** Whether two times lie on one day of that zone. */
export function sameDay(zone: string, a: number, b: number): boolean {
  return time('en', zone, a, 'date') === time('en', zone, b, 'date');
}

/** The time alone today, with the day on any other: "14:05", "12.11., 14:05". */
export function compact(language: Language, zone: string, at: number, now: number): string {
  return time(language, zone, at, sameDay(zone, at, now) ? 'time' : 'dateTime');
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const UNITS = {
  de: { second: 's', minute: 'min', hour: 'h', day: 'Tg.' },
  en: { second: 's', minute: 'min', hour: 'h', day: 'd' },
} as const;

/** A span in its two largest units: "45 s", "12 min", "3 h 20 min", "2 Tg. 4 h". */
export function span(language: Language, ms: number): string {
  const unit = UNITS[language];
  const size = Math.max(0, ms);
  if (size < MINUTE) return `${Math.round(size / 1000)}\u00a0${unit.second}`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)}\u00a0${unit.minute}`;
  if (size < DAY) return two(Math.floor(size / HOUR), unit.hour, Math.floor((size % HOUR) / MINUTE), unit.minute);
  return two(Math.floor(size / DAY), unit.day, Math.floor((size % DAY) / HOUR), unit.hour);
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}\u00a0${largeUnit}` : `${large}\u00a0${largeUnit} ${small}\u00a0${smallUnit}`;
}
