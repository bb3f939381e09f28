/**
 * Times that recur, by RFC 5545: a start on the wall clock of a time zone, a duration in elapsed time, perhaps a rule. The one
 * door to rrule-temporal and temporal-polyfill.
 *
 * The rule is unrolled on the wall clock and each start is then placed in its zone as section 3.3.5 says of DTSTART: a time that
 * occurs twice (autumn) is its first one, a time that does not occur (spring) counts with the offset before the gap, 02:30
 * becomes 03:30. Section 3.3.10 would drop the latter; a maintenance window or a shift must not vanish for one night.
 */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { type Duration, durationMs, parseDuration } from '../duration.ts';
import { readRule } from './recurrence-rule.ts';

export interface Recurrence {
  /** The first start on the wall clock, `2026-03-01T22:00`; where the rule does not fit it, the first that fits is later. */
  readonly start: string;
  readonly duration: Duration;
  /** RFC 5545, such as `FREQ=WEEKLY;BYDAY=SA`; left out: once. */
  readonly rrule?: string | undefined;
  /** IANA name, such as `Europe/Berlin`. */
  readonly timezone: string;
}

/** Epoch ms; `to` does not belong to it. */
export interface Occurrence {
  readonly from: number;
  readonly to: number;
}

export interface RecurrenceProblem {
  readonly path: keyof Recurrence;
  readonly message: string;
}

const START = /^20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
const LONGEST_MS = 366 * 86_400_000;
/** More than any zone ever jumped (Samoa left out a day), so that no occurrence near a border is overlooked. */
const PADDING_MS = 25 * 3_600_000;

/** Everything that keeps this from being a recurrence; empty where it is one. */
export function recurrenceProblems(recurrence: Recurrence): readonly RecurrenceProblem[] {
  const { start, duration, rrule, timezone } = recurrence;
  const problems: RecurrenceProblem[] = [];
  const tell = (path: keyof Recurrence, message: string): void => void problems.push({ path, message });
  if (!isPlainTime(start))
    tell(
      'start',
      `"${start}" is no time on the wall clock from 2000 to 2099: write it as 2026-03-01T22:00, without zone`,
    );
  const ms = parseDuration(duration);
  if (ms === undefined)
    tell('duration', `"${duration}" is no duration: write a whole number and m, h or d, such as 4h`);
  else if (ms === 0) tell('duration', 'must be longer than nothing');
  else if (ms > LONGEST_MS) tell('duration', 'is longer than 366 days');
  if (!isZone(timezone)) tell('timezone', `"${timezone}" is no time zone: write its IANA name, such as Europe/Berlin`);
  if (rrule === undefined) return problems;
  const read = readRule(rrule);
  for (const message of read.problems) tell('rrule', message);
  if (problems.length === 0 && !occurs(recurrence)) tell('rrule', `"${rrule}" has no occurrence after the start`);
  return problems;
}

/** A recurrence made ready to be asked. */
export class Series {
  readonly #timezone: string;
  readonly #durationMs: number;
  readonly #start: Temporal.PlainDateTime;
  /** On the wall clock, taken for UTC; undefined: once. */
  readonly #rule: RRuleTemporal | undefined;

  /** Throws RangeError where `recurrenceProblems` would have some. */
  constructor({ start, duration, rrule, timezone }: Recurrence) {
    this.#timezone = timezone;
    this.#durationMs = durationMs(duration);
    this.#start = Temporal.PlainDateTime.from(start);
    this.#rule = rrule === undefined ? undefined : wallClockRule(this.#start, rrule, timezone);
  }

  /** Occurrences that have a moment in [from, to), by their start; epoch ms. `limit`: no more than the first so many. */
  between(from: number, to: number, limit = 10_000): readonly Occurrence[] {
    const found: Occurrence[] = [];
    for (const begin of this.#starts(from - this.#durationMs)) {
      if (begin >= to || found.length >= limit) break;
      if (begin + this.#durationMs > from) found.push({ from: begin, to: begin + this.#durationMs });
    }
    return found;
  }

  /** What holds at that moment: of several the one that ends last. */
  at(moment: number): Occurrence | undefined {
    return this.between(moment, moment + 1).at(-1);
  }

  /** The first start of all; undefined where the rule never fits. */
  first(): number | undefined {
    return this.nextStart(this.#place(this.#start) - 1);
  }

  /** The first start later than `after`, epoch ms; undefined where there is none any more. */
  nextStart(after: number): number | undefined {
    for (const begin of this.#starts(after)) if (begin > after) return begin;
    return undefined;
  }

  /** Starts in order from not later than `from` on, each once. */
  *#starts(from: number): Generator<number> {
    if (!this.#rule) {
      yield this.#place(this.#start);
      return;
    }
    let wall = this.#wallClock(from) - PADDING_MS;
    let last = -Infinity;
    for (;;) {
      const next = this.#ruleAfter(wall);
      if (next === undefined) return;
      wall = next;
      const begin = this.#place(
        Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime(),
      );
      if (begin > last) yield begin;
      last = Math.max(last, begin);
    }
  }

  /** Wall clock times taken for UTC. A rule that has nothing for thousands of periods has nothing any more. */
  #ruleAfter(wall: number): number | undefined {
    try {
      return this.#rule?.next(new Date(wall))?.epochMilliseconds;
    } catch {
      return undefined;
    }
  }

  #wallClock(moment: number): number {
    const there = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(this.#timezone);
    return there.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds;
  }

  #place(wall: Temporal.PlainDateTime): number {
    return wall.toZonedDateTime(this.#timezone, { disambiguation: 'compatible' }).epochMilliseconds;
  }
}

/** The rule on the wall clock taken for UTC; an UNTIL in UTC is told in the time of the zone first. */
function wallClockRule(start: Temporal.PlainDateTime, rrule: string, timezone: string): RRuleTemporal {
  const { parts, problems } = readRule(rrule);
  if (problems.length > 0) throw new RangeError(problems.join('; '));
  const until = parts.get('UNTIL');
  if (until) parts.set('UNTIL', wallClockUntil(until, timezone));
  const rule = [...parts].map(([name, value]) => `${name}=${value}`).join(';');
  return new RRuleTemporal({ rruleString: `DTSTART:${compact(start)}Z\nRRULE:${rule}`, strict: true });
}

function wallClockUntil(until: string, timezone: string): string {
  if (/^\d{8}$/.test(until)) return `${until}T235959Z`;
  if (!until.endsWith('Z')) return `${until}Z`;
  const there = Temporal.PlainDateTime.from(until.slice(0, -1)).toZonedDateTime('UTC').withTimeZone(timezone);
  return `${compact(there.toPlainDateTime())}Z`;
}

/** `20260301T220000` */
function compact(time: Temporal.PlainDateTime): string {
  return time.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '');
}

function occurs(recurrence: Recurrence): boolean {
  try {
    return new Series(recurrence).first() !== undefined;
  } catch {
    return false;
  }
}

function isPlainTime(text: string): boolean {
  try {
    return START.test(text) && Temporal.PlainDateTime.from(text, { overflow: 'reject' }) !== undefined;
  } catch {
    return false;
  }
}

function isZone(name: string): boolean {
  try {
    // An offset such as +02:00 knows no summer time.
    return /^[A-Za-z]/.test(name) && Temporal.Now.zonedDateTimeISO(name) !== undefined;
  } catch {
    return false;
  }
}
