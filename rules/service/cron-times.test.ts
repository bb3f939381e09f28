import { parse } from 'node-cron';
import { expect, test } from 'vitest';
import { Zone } from '#shared/model/service/zone.ts';
import { nextAfter } from './cron-times.ts';

const berlin = new Zone('Europe/Berlin');
const next = (cron: string, from: string): string =>
  new Date(nextAfter(parse(cron), berlin, Date.parse(from))).toISOString();

test.each([
  ['every night', '17 3 * * *', '2026-03-02T12:00+01:00', '2026-03-03T02:17:00.000Z'],
  ['the same minute is over', '17 3 * * *', '2026-03-02T03:17+01:00', '2026-03-03T02:17:00.000Z'],
  ['in summer an hour earlier by UTC', '17 3 * * *', '2026-03-29T12:00+02:00', '2026-03-30T01:17:00.000Z'],
  ['every five minutes', '*/5 * * * *', '2026-03-02T10:03:20+01:00', '2026-03-02T09:05:00.000Z'],
  ['Mondays, Sunday being 0', '0 6 * * 1', '2026-03-02T07:00+01:00', '2026-03-09T05:00:00.000Z'],
  ['Sundays', '0 6 * * 7', '2026-03-02T07:00+01:00', '2026-03-08T05:00:00.000Z'],
  ['the last day of February', '0 0 29 2 *', '2026-03-02T07:00+01:00', '2028-02-28T23:00:00.000Z'],
  ['an hour that does not exist is made up for', '30 2 * * *', '2026-03-28T12:00+01:00', '2026-03-29T01:30:00.000Z'],
  ['and not twice', '30 2 * * *', '2026-03-29T01:30Z', '2026-03-30T00:30:00.000Z'],
  ['of an hour that comes twice the first counts', '30 2 * * *', '2026-10-24T12:00Z', '2026-10-25T00:30:00.000Z'],
  ['and not the second', '30 2 * * *', '2026-10-25T00:30Z', '2026-10-26T01:30:00.000Z'],
  ['what comes every hour comes in both', '30 * * * *', '2026-10-25T00:30Z', '2026-10-25T01:30:00.000Z'],
])('%s: %s after %s', (_, cron, from, expected) => {
  expect(next(cron, from)).toBe(expected);
});

test('a calendar that fits no day of the coming years is told', () => {
  expect(() => next('0 0 29 2 1', '2026-03-02T07:00+01:00')).toThrow(RangeError);
});
