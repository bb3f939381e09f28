/** When a job is due next on the wall clock of its zone. Pure. */
import { MINUTE_MS, weekdayOf, type Zone } from '#shared/model/service/zone.ts';

/** What of a calendar fits, as node-cron reads an expression; weekdays from 0, Sunday. */
export interface CronFields {
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly dayOfMonth: readonly (number | string)[];
  readonly month: readonly number[];
  readonly dayOfWeek: readonly (number | string)[];
}

const MOST_DAYS = 366 * 5;

/**
 * The first time after `from` (epoch ms) that fits. What fits within an hour that does not exist is due as it would have begun;
 * of an hour that comes twice a job of every hour is due in both, any other in the first. Throws RangeError where nothing fits.
 */
export function nextAfter(fields: CronFields, zone: Zone, from: number): number {
  const everyHour = fields.hour.length === 24;
  const last = zone.wallTime(from).day + MOST_DAYS;
  let at = (Math.floor(from / MINUTE_MS) + 1) * MINUTE_MS;
  for (;;) {
    const wall = zone.wallTime(at);
    if (wall.day > last) throw new RangeError('The calendar of the job fits no day.');
    if (!fitsDay(fields, wall.day)) {
      at = zone.instant(wall.day + 1, 0);
      continue;
    }
    if (skipped(fields, zone, at)) return at;
    const first = everyHour || zone.instant(wall.day, wall.minute) === at;
    if (first && fitsMinute(fields, wall.minute)) return at;
    at += MINUTE_MS;
  }
}

function fitsDay(fields: CronFields, day: number): boolean {
  const date = new Date(day * 86_400_000);
  return (
    fields.month.includes(date.getUTCMonth() + 1) &&
    fields.dayOfMonth.includes(date.getUTCDate()) &&
    fields.dayOfWeek.includes((weekdayOf(day) + 1) % 7)
  );
}

function fitsMinute(fields: CronFields, minute: number): boolean {
  return fields.hour.includes(Math.floor(minute / 60)) && fields.minute.includes(minute % 60);
}

/** Whether a minute that fits would now be, had the clock not jumped over it in this minute or the hour before. */
function skipped(fields: CronFields, zone: Zone, at: number): boolean {
  if (fields.hour.length === 24) return false;
  const { day, minute } = zone.wallTime(at);
  const before = zone.wallTime(at - 3 * 3_600_000);
  const jump = (day - before.day) * 1440 + minute - before.minute - 180;
  if (jump <= 0) return false;
  const unjumped = minute - jump;
  // The minute there was no such time of: its instant is this one, by the offset before the gap.
  return unjumped >= 0 && zone.instant(day, unjumped) === at && fitsMinute(fields, unjumped);
}
