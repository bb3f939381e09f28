/** Reads the text of an RFC 5545 rule part by part, strictly, so that nobody's mistake is passed over in silence. */

export interface ReadRule {
  /** Names in capitals; without those that have a problem. */
  readonly parts: Map<string, string>;
  /** Sentences that name the part and the mend. */
  readonly problems: readonly string[];
}

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const WEEKDAY = 'MO|TU|WE|TH|FR|SA|SU';
/** As many as the library counts in one go. */
const MOST = 5_000;

interface Part {
  readonly fits: (value: string) => boolean;
  readonly expected: string;
}

const matches = (pattern: RegExp, expected: string): Part => ({ fits: (value) => pattern.test(value), expected });
const numbers = (from: number, to: number): Part => ({
  fits: (value) => value.split(',').every((one) => isNumber(one, from, to)),
  expected: `numbers from ${from} to ${to}`,
});
/** Counted from the beginning, or with a minus from the end. */
const places = (to: number): Part => ({
  fits: (value) => value.split(',').every((one) => isNumber(one.replace(/^[+-]/, ''), 1, to)),
  expected: `numbers from 1 to ${to} or -${to} to -1`,
});
const one = (from: number, to: number): Part => ({
  fits: (value) => isNumber(value, from, to),
  expected: `a number from ${from} to ${to}`,
});

const PARTS: Readonly<Record<string, Part>> = {
  FREQ: { fits: (value) => FREQUENCIES.includes(value), expected: `one of ${FREQUENCIES.join(', ')}` },
  INTERVAL: one(1, 1_000),
  COUNT: one(1, MOST),
  UNTIL: matches(
    /^20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?$/,
    'a time such as 20261231T230000Z',
  ),
  BYDAY: matches(
    new RegExp(`^([+-]?[1-9]\\d?)?(${WEEKDAY})(,([+-]?[1-9]\\d?)?(${WEEKDAY}))*$`),
    `weekdays such as MO,TH or 1SU (${WEEKDAY.replaceAll('|', ', ')})`,
  ),
  BYMONTH: numbers(1, 12),
  BYMONTHDAY: places(31),
  BYYEARDAY: places(366),
  BYWEEKNO: places(53),
  BYSETPOS: places(366),
  BYHOUR: numbers(0, 23),
  BYMINUTE: numbers(0, 59),
  WKST: matches(new RegExp(`^(${WEEKDAY})$`), 'a weekday such as MO'),
};

export function readRule(text: string): ReadRule {
  const parts = new Map<string, string>();
  const problems: string[] = [];
  for (const piece of text
    .trim()
    .replace(/^RRULE:/i, '')
    .toUpperCase()
    .split(';')) {
    const [name = '', value = '', ...more] = piece.split('=');
    const part = PARTS[name];
    if (!part || more.length > 0) problems.push(`"${piece}" is no part of a rule: ${Object.keys(PARTS).join(', ')}`);
    else if (parts.has(name)) problems.push(`${name} stands twice`);
    else if (!part.fits(value)) problems.push(`${name}=${value} is not possible: it takes ${part.expected}`);
    else parts.set(name, value);
  }
  if (problems.length === 0 && !parts.has('FREQ')) problems.push('FREQ is missing: begin with FREQ=WEEKLY');
  if (parts.has('COUNT') && parts.has('UNTIL')) problems.push('COUNT and UNTIL cannot stand together');
  return { parts, problems };
}

function isNumber(text: string, from: number, to: number): boolean {
  return /^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= to;
}
