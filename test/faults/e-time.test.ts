/**
 * E6 and E7: clocks that change, jump and stand still, over the years 2024 to 2030. The oracle counts days by the calendar of `Intl`,
 * which the product does not use for it; mutants are those that reckon a day as 24 hours.
 */
import fc from 'fast-check';
import { parse } from 'node-cron';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nextAfter } from '#rules/service/cron-times.ts';
import { type Job, Schedule } from '#rules/schedule.ts';
import { openDatabase } from '#shared/database/database.ts';
import { jobStates } from '#shared/database/queries/jobs.ts';
import { type BusinessCalendar, Calendar } from '#shared/model/service/calendar.ts';
import { Series } from '#shared/model/service/recurrence.ts';
import { Zone } from '#shared/model/service/zone.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

const FROM = Date.parse('2024-01-01T00:00:00Z');
const TO = Date.parse('2031-01-01T00:00:00Z');
const [HOUR, DAY] = [3_600_000, 86_400_000];
const BERLIN = 'Europe/Berlin';
const ZONES = [BERLIN, 'America/New_York', 'Australia/Lord_Howe'] as const;

/** The wall clock of a zone, by `Intl`: `2026-03-29 03:17`. */
function wallClock(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (time) => format.format(time);
}

/** Every date of a zone with noons in the years, in order. */
function dates(timeZone: string): readonly string[] {
  const wall = wallClock(timeZone);
  const noons = Array.from({ length: (TO - FROM) / DAY }, (_, n) => FROM + n * DAY + DAY / 2);
  return [...new Set(noons.map((time) => wall(time).slice(0, 10)))];
}

/** Two days before and after every change of a zone's clock in the years: from and to. */
function changes(timeZone: string): readonly (readonly [number, number])[] {
  const wall = wallClock(timeZone);
  const found: (readonly [number, number])[] = [];
  for (let noon = FROM + DAY / 2; noon < TO; noon += DAY)
    if (wall(noon).slice(11) !== wall(noon - DAY).slice(11)) found.push([noon - 3 * DAY, noon + 2 * DAY]);
  return found;
}

describe('E6 when clocks change', () => {
  test.each(ZONES.flatMap((zone) => ['17 3 * * *', '30 2 * * *', '0 0 * * *'].map((cron) => [zone, cron] as const)))(
    'in %s a job of %s runs once on every date around each change of seven years',
    (zone, cron) => {
      const [times, wall] = [new Zone(zone), wallClock(zone)];
      const around = changes(zone);
      expect(around).toHaveLength(14);
      for (const [from, to] of around) {
        const days: string[] = [];
        for (let at = nextAfter(parse(cron), times, from); at < to; at = nextAfter(parse(cron), times, at))
          days.push(wall(at).slice(0, 10));
        const whole = dates(zone).filter((day) => day > wall(from).slice(0, 10) && day < wall(to).slice(0, 10));
        expect(days.filter((day) => whole.includes(day))).toEqual(whole);
      }
    },
  );

  test('a maintenance window of every night is there once on every date, and begins on the clock of the wall', () => {
    const series = new Series({ start: '2023-12-31T22:00', duration: '4h', rrule: 'FREQ=DAILY', timezone: BERLIN });
    const starts = series.between(FROM + DAY / 2, TO).map(({ from }) => wallClock(BERLIN)(from));
    expect(starts.map((wall) => wall.slice(0, 10))).toEqual(dates(BERLIN));
    expect(new Set(starts.map((wall) => wall.slice(11)))).toEqual(new Set(['22:00']));
  });

  test('the mutant that adds 24 hours is an hour off for half of the year', () => {
    const first = Date.parse('2024-01-01T22:00+01:00');
    const starts = Array.from({ length: (TO - FROM) / DAY }, (_, n) => wallClock(BERLIN)(first + n * DAY));
    expect(new Set(starts.map((wall) => wall.slice(11)))).toEqual(new Set(['22:00', '23:00']));
  });

  const ALWAYS: BusinessCalendar = {
    id: 'x',
    name: 'x',
    timezone: BERLIN,
    land: 'DE-NW',
    hours: {
      mon: ['08:00-17:00'],
      tue: ['08:00-17:00'],
      wed: ['00:00-24:00'],
      fri: ['22:00-24:00'],
      sun: ['00:00-06:00'],
    },
    daysOff: [],
  };
  const calendar = new Calendar(ALWAYS);
  const instant = fc.integer({ min: FROM, max: TO - 60 * DAY });

  test('service time of two stretches is that of both together, and what is due after an hour of it is an hour of it later', () => {
    fc.assert(
      fc.property(
        instant,
        fc.nat(30 * DAY),
        fc.nat(30 * DAY),
        fc.integer({ min: 1, max: 40 * HOUR }),
        (a, b, c, work) => {
          const whole = calendar.between(a, a + b + c);
          expect(calendar.between(a, a + b) + calendar.between(a + b, a + b + c)).toBe(whole);
          expect(calendar.between(a, calendar.after(a, work))).toBe(work);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('no hour of service is missing or twice in seven years: each date has as many as its wall clock', () => {
    const wall = wallClock(BERLIN);
    const minutes = new Map<string, number>();
    for (let time = FROM; time < TO; time += HOUR) {
      if (!calendar.isOpen(time)) continue;
      const day = wall(time).slice(0, 10);
      minutes.set(day, (minutes.get(day) ?? 0) + 60);
    }
    const total = [...minutes.values()].reduce((sum, some) => sum + some, 0);
    expect(calendar.between(FROM, TO)).toBe(total * 60_000);
    const odd = [...minutes].filter(([, some]) => ![9 * 60, 24 * 60, 2 * 60, 6 * 60].includes(some));
    // Sundays on which clocks change have an hour less or more before six; seven springs and seven autumns, no holidays among them but Easter.
    expect(new Set(odd.map(([, some]) => some / 60))).toEqual(new Set([5, 7]));
    expect(odd.every(([day]) => /-(03|10)-(2[5-9]|3[01])$/.test(day))).toBe(true);
    expect(odd.length).toBeGreaterThan(11);
  });
});

describe('E7 a clock that jumps', () => {
  async function scheduled(cron: string) {
    const dir = await tempDir('jobs');
    await copyEmptyDatabase(dir);
    const database = openDatabase({ dataDir: dir });
    await database.start();
    onTestFinished(async () => {
      await database.stop();
      await removeDir(dir);
    });
    let now = Date.parse('2026-03-28T12:00:00Z');
    const runs: string[] = [];
    const wall = wallClock(BERLIN);
    const run: Job['run'] = async (at) => void runs.push(wall(at));
    const parts = { database, clock: () => now, log: createLog('silent'), metrics: new Metrics() };
    const schedule = new Schedule({ ...parts, jobs: [{ name: 'daily', cron, timezone: BERLIN, run }] });
    return {
      runs,
      at: async (time: string) => {
        now = Date.parse(time);
        await schedule.tick(now);
      },
      next: async () => (await jobStates(database.kysely))[0]?.next_at.toISOString(),
    };
  }

  test('forward by a week it is made up for once; back by a day nothing runs again', async () => {
    const { runs, at, next } = await scheduled('17 3 * * *');
    await at('2026-03-28T12:00:00Z');
    await at('2026-03-29T01:17:00Z');
    expect(runs).toEqual(['2026-03-29 03:17']);
    await at('2026-04-05T10:00:00Z');
    await at('2026-04-05T10:01:00Z');
    expect(runs).toEqual(['2026-03-29 03:17', '2026-04-05 12:00']);
    for (const time of ['2026-04-04T10:00:00Z', '2026-04-05T01:17:00Z', '2026-04-05T09:00:00Z']) await at(time);
    expect(runs).toHaveLength(2);
    expect(await next()).toBe('2026-04-06T01:17:00.000Z');
    await at('2026-04-06T01:17:05Z');
    expect(runs).toHaveLength(3);
  });

  test('the mutant that runs when the minute on the wall fits misses what was jumped over, and runs twice what comes again', () => {
    const wall = wallClock(BERLIN);
    const fits = (time: string): boolean => wall(Date.parse(time)).endsWith('03:17');
    const script = ['2026-03-29T01:17:00Z', '2026-04-05T10:00:00Z', '2026-04-05T01:17:00Z', '2026-04-06T01:17:05Z'];
    expect(script.filter(fits)).toEqual(script.filter((_, n) => n !== 1));
  });

  test('the night in which 02:30 does not exist, and the one in which it comes twice, have one run each', async () => {
    const { runs, at } = await scheduled('30 2 * * *');
    for (const night of ['2026-03-28', '2026-10-24']) {
      for (let minute = 0; minute <= 8 * 60; minute += 10)
        await at(new Date(Date.parse(`${night}T22:00:00Z`) + minute * 60_000).toISOString());
    }
    // The first jump forward over the summer is made up for at once.
    expect(runs).toEqual(['2026-03-29 03:30', '2026-10-25 00:00', '2026-10-25 02:30']);
  });
});
