/** Business time: how long a calendar is open between two instants, and when so much of it will have passed. Pure. */
import type { Text } from '../text.ts';
import { isHoliday, LAENDER, type Land } from './holidays.ts';
import { DAY_MS, dateOf, isZone, weekdayOf, Zone } from './zone.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Weekday → spans of the wall clock, `08:00-17:00`; an end of `24:00` is midnight. */
export type WeekHours = Readonly<Partial<Record<Weekday, readonly string[]>>>;

export interface BusinessCalendar {
  readonly id: string;
  readonly name: Text;
  /** IANA name. */
  readonly timezone: string;
  /** Whose public holidays are days off; null: none are. */
  readonly land: Land | null;
  readonly hours: WeekHours;
  /** Further days off: `2026-05-15`, or `12-24` for every year. */
  readonly daysOff: readonly string[];
}

/** Of a policy: open day and night. */
export const ALWAYS_ID = 'always';

export interface WorkingTime {
  isOpen(at: number): boolean;
  /** Milliseconds that are open in [from, to); 0 where `to` is not after `from`. */
  between(from: number, to: number): number;
  /** The first instant by which so many open milliseconds have passed since `from`. */
  after(from: number, ms: number): number;
}

export const ALWAYS: WorkingTime = {
  isOpen: () => true,
  between: (from, to) => Math.max(0, to - from),
  after: (from, ms) => from + ms,
};

interface Span {
  /** Minutes of the day. */
  readonly from: number;
  readonly to: number;
}

interface Opening {
  /** Epoch ms; `to` does not belong to it. */
  readonly from: number;
  readonly to: number;
}

/** Longer than any calendar that passed `calendarProblems` stays shut. */
const LONGEST_SHUT_DAYS = 4_000;
const MOST_DAYS_OFF = 200;

/** A calendar made ready to be asked. */
export class Calendar implements WorkingTime {
  readonly #zone: Zone;
  readonly #land: Land | null;
  readonly #hours: readonly (readonly Span[])[];
  readonly #daysOff: ReadonlySet<string>;
  readonly #days = new Map<number, readonly Opening[]>();

  /** Throws RangeError where `calendarProblems` would have some about zone or hours. */
  constructor(calendar: BusinessCalendar) {
    this.#zone = new Zone(calendar.timezone);
    this.#land = calendar.land;
    this.#hours = WEEKDAYS.map((weekday) => (calendar.hours[weekday] ?? []).map(spanOf));
    this.#daysOff = new Set(calendar.daysOff);
  }

  isOpen(at: number): boolean {
    return this.#openings(this.#zone.wallTime(at).day).some(({ from, to }) => at >= from && at < to);
  }

  between(from: number, to: number): number {
    if (to <= from) return 0;
    const last = this.#zone.wallTime(to).day;
    let open = 0;
    for (let day = this.#zone.wallTime(from).day; day <= last; day++) {
      for (const span of this.#openings(day)) open += Math.max(0, Math.min(to, span.to) - Math.max(from, span.from));
    }
    return open;
  }

  after(from: number, ms: number): number {
    if (ms <= 0) return from;
    const first = this.#zone.wallTime(from).day;
    let left = ms;
    for (let day = first, shut = 0; shut < LONGEST_SHUT_DAYS; day++, shut++) {
      for (const span of this.#openings(day)) {
        const begin = Math.max(from, span.from);
        if (begin >= span.to) continue;
        if (span.to - begin >= left) return begin + left;
        left -= span.to - begin;
        shut = 0;
      }
    }
    throw new RangeError('The calendar is never open.');
  }

  /** Where clocks change, an opening is as long as it is on the wall clock's way from its begin to its end. */
  #openings(day: number): readonly Opening[] {
    const known = this.#days.get(day);
    if (known) return known;
    const spans = this.#isOff(day) ? [] : (this.#hours[weekdayOf(day)] ?? []);
    const openings = spans
      .map(({ from, to }) => ({ from: this.#zone.instant(day, from), to: this.#zone.instant(day, to) }))
      .filter(({ from, to }) => to > from);
    if (this.#days.size >= MOST_KNOWN_DAYS) this.#days.clear();
    this.#days.set(day, openings);
    return openings;
  }

  #isOff(day: number): boolean {
    const date = dateOf(day);
    return (
      this.#daysOff.has(date) ||
      this.#daysOff.has(date.slice(5)) ||
      (this.#land !== null && isHoliday(date, this.#land))
    );
  }
}

const MOST_KNOWN_DAYS = 5_000;

export interface CalendarProblem {
  /** As in `hours.mon[0]`. */
  readonly path: string;
  readonly message: string;
}

/** Everything that keeps this from being a calendar; empty where it is one. */
export function calendarProblems(calendar: Omit<BusinessCalendar, 'name'>): readonly CalendarProblem[] {
  const { id, timezone, land, hours, daysOff } = calendar;
  const problems: CalendarProblem[] = [];
  const tell = (path: string, message: string): void => void problems.push({ path, message });
  if (id === ALWAYS_ID) tell('id', `"${ALWAYS_ID}" is open day and night and cannot be changed: choose another id`);
  if (!isZone(timezone)) tell('timezone', `"${timezone}" is no time zone: write its IANA name, such as Europe/Berlin`);
  if (land !== null && !LAENDER.includes(land)) tell('land', `"${land as string}" is none of ${LAENDER.join(', ')}`);
  problems.push(...hoursProblems(hours, 'hours'));
  if (problems.length === 0 && WEEKDAYS.every((weekday) => (hours[weekday] ?? []).length === 0))
    tell('hours', 'is open on no day: give at least one weekday a span such as 08:00-17:00');
  if (daysOff.length > MOST_DAYS_OFF) tell('daysOff', `has more than ${MOST_DAYS_OFF} days`);
  for (const [i, date] of daysOff.entries()) {
    if (!isDate(date)) tell(`daysOff[${i}]`, `"${date}" is no day: write 2026-05-15, or 12-24 for every year`);
  }
  return problems;
}

/** Everything that is wrong with hours of a week. */
export function hoursProblems(hours: WeekHours, path: string): readonly CalendarProblem[] {
  const problems: CalendarProblem[] = [];
  for (const weekday of WEEKDAYS) {
    let end = 0;
    for (const [i, text] of (hours[weekday] ?? []).entries()) {
      const at = `${path}.${weekday}[${i}]`;
      const span = readSpan(text);
      if (!span)
        problems.push({ path: at, message: `"${text}" is no span of a day: write it as 08:00-17:00, up to 24:00` });
      else if (span.from < end) problems.push({ path: at, message: `"${text}" begins before the span before it ends` });
      end = span?.to ?? end;
    }
  }
  return problems;
}

function spanOf(text: string): Span {
  const span = readSpan(text);
  if (!span) throw new RangeError(`"${text}" is no span of a day`);
  return span;
}

function readSpan(text: string): Span | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (!match) return undefined;
  const [from, to] = [Number(match[1]) * 60 + Number(match[2]), Number(match[3]) * 60 + Number(match[4])];
  return from < to && to <= 1440 ? { from, to } : undefined;
}

function isDate(text: string): boolean {
  // 2024 has a 29 February.
  const date = /^\d\d-\d\d$/.test(text) ? `2024-${text}` : text;
  if (!/^20\d\d-\d\d-\d\d$/.test(date)) return false;
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && dateOf(Math.floor(at / DAY_MS)) === date;
}
