/** A maintenance window as a person plans it in the form, and what is asked of the server for it. */
import type { MaintenanceBody } from '#shared/model/api/maintenance.ts';
import { lastOfItsKind, placeInMonth, WEEKDAYS, type Weekday, weekdayOf } from './weekdays.ts';

export const REPEATS = ['once', 'daily', 'weekly', 'monthDay', 'monthWeekday'] as const;
type Repeat = (typeof REPEATS)[number];
export const UNITS = ['m', 'h', 'd'] as const;
type Unit = (typeof UNITS)[number];

/** As it stands in the form; a number that was taken out is a text. */
export interface PlanDraft {
  readonly title: string;
  /** On the wall clock of the machine, `2026-03-01T22:00`. */
  readonly start: string;
  readonly duration: number | string;
  readonly unit: Unit;
  readonly repeat: Repeat;
  readonly every: number | string;
  /** Weekdays of a weekly one; none: that of the start. */
  readonly days: readonly Weekday[];
  /** Last day, `2026-12-31`; empty: for good. */
  readonly until: string;
}

type Schedule = Pick<MaintenanceBody, 'start' | 'duration' | 'rrule'>;

/** When it is to hold; what is missing or impossible in it, the reader of recurrences finds. */
export function scheduleOf(draft: PlanDraft): Schedule {
  const { start, duration, unit } = draft;
  const rrule = rruleOf(draft);
  return { start, duration: `${duration}${unit}`, ...(rrule === undefined ? {} : { rrule }) };
}

function rruleOf({ repeat, every, days, start, until }: PlanDraft): string | undefined {
  if (repeat === 'once') return undefined;
  const own = weekdayOf(start);
  const parts: Record<Exclude<Repeat, 'once'>, string> = {
    daily: 'FREQ=DAILY',
    weekly: `FREQ=WEEKLY;BYDAY=${WEEKDAYS.filter((each) => (days.length > 0 ? days.includes(each) : each === own)).join()}`,
    monthDay: `FREQ=MONTHLY;BYMONTHDAY=${Number(start.slice(8, 10))}`,
    monthWeekday: `FREQ=MONTHLY;BYDAY=${lastOfItsKind(start) ? -1 : placeInMonth(start)}${own}`,
  };
  return [
    parts[repeat],
    ...(every === 1 ? [] : [`INTERVAL=${every}`]),
    ...(until === '' ? [] : [`UNTIL=${until.replaceAll('-', '')}`]),
  ].join(';');
}
