/** Two processes over one PostgreSQL, with a clock the test turns. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { jobStates, pruneJobRuns } from '#shared/database/queries/jobs.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { type Job, LEASE_MS, Schedule } from './schedule.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-02T08:00:30Z');
const log = createLog('silent');
let postgres: Postgres;
let databases: readonly [Database, Database];

beforeAll(async () => {
  postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase('jobs');
  databases = [openDatabase({ databaseUrl, dataDir: '/nowhere' }), openDatabase({ databaseUrl, dataDir: '/nowhere' })];
  await databases[0].start();
  await databases[1].start();
});
afterAll(async () => {
  for (const database of databases) await database.stop();
  await postgres.stop();
});

/** Two processes that have the same job. */
function pair(job: Omit<Job, 'timezone'>, clock: () => number): readonly [Schedule, Schedule] {
  const jobs = [{ timezone: 'Europe/Berlin', ...job }];
  const [a, b] = databases.map((database) => new Schedule({ database, jobs, clock, log, metrics: new Metrics() }));
  return [a as Schedule, b as Schedule];
}
const stateOf = async (name: string) => (await jobStates(databases[0].kysely)).find((job) => job.name === name);

test('two processes run each due job once between them', async () => {
  const runs: number[] = [];
  let now = START;
  const both = pair({ name: 'race', cron: '* * * * *', run: async () => void runs.push(now) }, () => now);
  await Promise.all(both.map((schedule) => schedule.tick(now)));
  expect(runs).toEqual([]);
  for (let minute = 1; minute <= 30; minute++) {
    now = START + minute * MINUTE;
    await Promise.all(both.flatMap((schedule) => [schedule.tick(now), schedule.tick(now)]));
  }
  expect(runs).toEqual(Array.from({ length: 30 }, (_, i) => START + (i + 1) * MINUTE));
});

test('what was missed while nobody was there is made up for once', async () => {
  const runs: number[] = [];
  let now = START;
  const [before, after] = pair({ name: 'missed', cron: '0 * * * *', run: async (at) => void runs.push(at) }, () => now);
  await before.tick(now);
  now = START + 5 * 60 * MINUTE;
  await Promise.all([before.tick(now), after.tick(now)]);
  await after.tick(now + MINUTE);
  expect(runs).toEqual([now]);
  expect((await stateOf('missed'))?.next_at.toISOString()).toBe('2026-03-02T14:00:00.000Z');
});

test('a job that fails is tried again, later each time, and everybody can see why', async () => {
  let now = START;
  let failing = true;
  const run = async (): Promise<void> => {
    if (failing) throw new Error('the printer is out of paper');
  };
  const [schedule] = pair({ name: 'fails', cron: '0 4 * * *', run }, () => now);
  await schedule.tick(now);
  now = Date.parse('2026-03-03T03:00:00Z');
  await schedule.tick(now);
  expect(await stateOf('fails')).toMatchObject({
    failures: 1,
    next_at: new Date(now + 30_000),
    last: { done: false, attempt: 1, error: 'the printer is out of paper' },
  });
  await schedule.tick(now + 29_000);
  now += 30_000;
  await schedule.tick(now);
  expect(await stateOf('fails')).toMatchObject({ failures: 2, next_at: new Date(now + 60_000), last: { attempt: 2 } });
  failing = false;
  now += 60_000;
  await schedule.tick(now);
  expect(await stateOf('fails')).toMatchObject({
    failures: 0,
    next_at: new Date('2026-03-04T03:00:00Z'),
    last: { done: true, attempt: 3, due_at: new Date('2026-03-03T03:00:00Z'), error: null },
  });
});

test('a job whose process ended in the middle is taken over, not before it is known to be gone', async () => {
  let now = START;
  let ran = 0;
  let crashed = true;
  const run = async (): Promise<void> => {
    if (crashed) await sleep(3_600_000, undefined, { ref: false });
    ran += 1;
  };
  const [first, second] = pair({ name: 'crash', cron: '0 * * * *', run }, () => now);
  await first.tick(now);
  now = Date.parse('2026-03-02T09:00:00Z');
  void first.tick(now);
  await expect.poll(async () => (await stateOf('crash'))?.holder).not.toBeNull();
  crashed = false;
  await second.tick(now + LEASE_MS - 1);
  expect(ran).toBe(0);
  now += LEASE_MS;
  await second.tick(now);
  expect(ran).toBe(1);
  expect((await stateOf('crash'))?.last).toMatchObject({ attempt: 2, due_at: new Date('2026-03-02T09:00:00Z') });
});

test('a job whose calendar changed follows the new one at once, and old runs are forgotten', async () => {
  const [old] = pair({ name: 'moved', cron: '0 4 * * *', run: async () => undefined }, () => START);
  await old.tick(START);
  const [changed] = pair({ name: 'moved', cron: '0 5 * * *', run: async () => undefined }, () => START);
  await changed.tick(START);
  expect((await stateOf('moved'))?.next_at).toEqual(new Date('2026-03-03T04:00:00Z'));
  await pruneJobRuns(databases[0].kysely);
  expect((await stateOf('race'))?.last?.done).toBe(true);
});
