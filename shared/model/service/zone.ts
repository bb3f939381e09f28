/**
 * The wall clock of a time zone. Days are counted from 1970-01-01, minutes from the midnight they begin with. A time that occurs
 * twice is its first one; one that does not occur counts with the offset before the gap, as in recurrence.ts.
 */
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
const DAY_MINUTES = 1440;
/** Offsets change at quarters of an hour. */
const STEP_MS = 900_000;
const MOST_KNOWN = 4096;

export interface WallTime {
  readonly day: number;
  readonly minute: number;
}

export class Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  /** Throws RangeError where there is no such zone. */
  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  wallTime(at: number): WallTime {
    const minutes = Math.floor((at + this.offset(at)) / MINUTE_MS);
    const day = Math.floor(minutes / DAY_MINUTES);
    return { day, minute: minutes - day * DAY_MINUTES };
  }

  /** `minute` may be 1440: the end of the day is the begin of the next. */
  instant(day: number, minute: number): number {
    const wall = day * DAY_MS + minute * MINUTE_MS;
    const before = this.offset(wall - DAY_MS);
    const after = this.offset(wall + DAY_MS);
    const fitting = [wall - before, wall - after].filter((at) => at + this.offset(at) === wall);
    return fitting.length > 0 ? Math.min(...fitting) : wall - before;
  }

  /** What the wall clock is ahead of UTC, ms. */
  offset(at: number): number {
    const step = Math.floor(at / STEP_MS);
    const known = this.#offsets.get(step);
    if (known !== undefined) return known;
    if (this.#offsets.size >= MOST_KNOWN) this.#offsets.clear();
    const offset = this.#measure(step * STEP_MS);
    this.#offsets.set(step, offset);
    return offset;
  }

  #measure(at: number): number {
    const parts = Object.fromEntries(this.#format.formatToParts(at).map(({ type, value }) => [type, value]));
    const number = (name: string): number => Number(parts[name]);
    const wall = Date.UTC(
      number('year'),
      number('month') - 1,
      number('day'),
      number('hour'),
      number('minute'),
      number('second'),
    );
    return wall - at;
  }
}

/** `2026-06-04` of a counted day. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Monday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function isZone(timezone: string): boolean {
  try {
    return Number.isFinite(new Zone(timezone).offset(0));
  } catch {
    return false;
  }
}
