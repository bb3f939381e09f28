/** Times as machines write them, and whether one can be true. */
import type { RejectReason } from './types.ts';
import { describe, quote } from './quote.ts';

const EARLIEST = Date.UTC(2000, 0, 1);
/** How far a machine's clock may run ahead of the server's. */
export const MAX_AHEAD_MS = 5 * 60_000;
const YEAR_2100_IN_SECONDS = 4_102_444_800;
/** From here on a number is no time in ms a machine could mean (year 5138), but one in µs or ns. */
const MICROSECONDS_FROM = 1e14;
const NANOSECONDS_FROM = 1e17;

const ISO = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/;

/** Epoch ms of a `ts`: a whole number of ms, or ISO 8601 with zone. A string says what is wrong with it. */
export function readTime(value: unknown): number | string {
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return value;
    return `the time ${value} is no whole number of milliseconds; round it`;
  }
  if (typeof value === 'string') return readIsoTime(value);
  return `${describe(value)} where the time should be; write epoch milliseconds or ISO 8601 with zone, or leave ts out`;
}

function readIsoTime(text: string): number | string {
  const match = text.length <= 40 ? ISO.exec(text) : null;
  if (!match) {
    const mend = /^\d+$/.test(text)
      ? 'write the number without quotes'
      : 'write 2026-01-31T08:15:00.000Z or epoch milliseconds';
    return `the time ${quote(text)} is not ISO 8601; ${mend}`;
  }
  const [, year, month, day, hour, minute, second, fraction, zulu, sign, offsetHours, offsetMinutes] = match;
  if (zulu === undefined && sign === undefined)
    return `the time ${quote(text)} has no zone; append Z or an offset like +01:00`;
  const [mo, d, h, mi, s] = [Number(month), Number(day), Number(hour), Number(minute), Number(second ?? 0)];
  const date = new Date(Date.UTC(Number(year), mo - 1, d));
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * (sign === '-' ? -1 : 1);
  const exists = date.getUTCMonth() === mo - 1 && date.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
  if (!exists || Math.abs(offset) > 14 * 60 || Number(offsetMinutes ?? 0) > 59)
    return `the time ${quote(text)} does not exist; check its parts`;
  const ms = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  return date.getTime() + h * 3_600_000 + mi * 60_000 + s * 1000 + ms - offset * 60_000;
}

export interface TimeProblem {
  readonly reason: Extract<RejectReason, 'bad-time' | 'future'>;
  readonly detail: string;
}

/** Why `ts` cannot be the time of something received at `at` (both epoch ms); undefined where it can. */
export function timeProblem(ts: number, at: number): TimeProblem | undefined {
  if (ts >= EARLIEST && ts <= at + MAX_AHEAD_MS) return undefined;
  if (ts >= MICROSECONDS_FROM) {
    const [unit, divisor] = ts >= NANOSECONDS_FROM ? ['nanoseconds', '1,000,000'] : ['microseconds', '1,000'];
    return { reason: 'bad-time', detail: `the time ${ts} looks like ${unit}; divide it by ${divisor}` };
  }
  if (ts > at) {
    const ahead = Math.round((ts - at) / 1000);
    return {
      reason: 'future',
      detail: `the time lies ${ahead} s ahead of the server's clock, more than 300 s; set the machine's clock`,
    };
  }
  if (ts >= EARLIEST / 1000 && ts < YEAR_2100_IN_SECONDS) {
    return { reason: 'bad-time', detail: `the time ${ts} looks like seconds; multiply it by 1,000` };
  }
  return { reason: 'bad-time', detail: `the time ${ts} ms lies before the year 2000; set the machine's clock` };
}
