/** Times and numbers as they stand in CSV cells. */

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(?: ?(?:([Zz])|([+-])(\d\d):?(\d\d)?))?$/;
const EPOCH_MS = /^-?\d{1,15}$/;

/** Remembers the day of the last time read: neighbouring rows share it. */
export class TimeReader {
  #day = '';
  #dayMs = NaN;

  /** Epoch ms of ISO 8601 (no zone = UTC), `YYYY-MM-DD HH:MM:SS[.fff]` or epoch ms; undefined where it is none of them. */
  read(cell: string): number | undefined {
    return this.#plain(cell) ?? readTime(cell.trim());
  }

  /** The common forms at speed: `2026-01-31T08:15:00`, with or without milliseconds and Z. */
  #plain(cell: string): number | undefined {
    const { length } = cell;
    const end = length > 0 && cell.charCodeAt(length - 1) === 90 ? length - 1 : length;
    const separator = cell.charCodeAt(10);
    if ((end !== 19 && end !== 23) || (separator !== 84 && separator !== 32)) return undefined;
    const millis = end === 19 ? 0 : cell.charCodeAt(19) === 46 ? digits(cell, 20, 3) : NaN;
    if (cell.charCodeAt(13) !== 58 || cell.charCodeAt(16) !== 58) return undefined;
    const [hour, minute, second] = [digits(cell, 11, 2), digits(cell, 14, 2), digits(cell, 17, 2)];
    if (!(hour < 24 && minute < 60 && second < 60)) return undefined;
    const day = cell.slice(0, 10);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayMs = readTime(day) ?? NaN;
    }
    const ms = this.#dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + millis;
    return Number.isNaN(ms) ? undefined : ms;
  }
}

function digits(text: string, from: number, count: number): number {
  let number = 0;
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    number = number * 10 + digit;
  }
  return number;
}

function readTime(text: string): number | undefined {
  if (EPOCH_MS.test(text)) return Number(text);
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    ,
    sign,
    offHours = '0',
    offMinutes = '0',
  ] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = (Number(offHours) * 60 + Number(offMinutes)) * (sign === '-' ? -1 : 1);
  if (Math.abs(offset) > 14 * 60 || Number(offMinutes) > 59) return undefined;
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return (
    date.getTime() + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 + ms - offset * 60_000
  );
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^[+-]?\d*,\d+$/;
const NOT_FINITE = /^(?:nan|[+-]?inf(?:inity)?)$/i;

/**
 * The number in a cell; NaN or infinite where the cell says so (a sensor's way to tell that it failed); undefined where it is
 * no number. A comma counts as the decimal sign: it can only get here where cells are parted by semicolons or quoted.
 */
export function readNumber(cell: string): number | undefined {
  const text = cell.trim();
  if (NUMBER.test(text)) return Number(text);
  if (DECIMAL_COMMA.test(text)) return Number(text.replace(',', '.'));
  if (!NOT_FINITE.test(text)) return undefined;
  return /n$/i.test(text) ? NaN : text.startsWith('-') ? -Infinity : Infinity;
}
