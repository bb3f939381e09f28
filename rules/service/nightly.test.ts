/** J3: what is older than the house is to keep goes, in time and in small steps; nothing younger does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { forgetBefore } from '#shared/database/queries/retention.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { Schedule } from '../schedule.ts';
import { nightly } from './nightly.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-06-01T12:00:00Z');
const KEEP = { keepRejects: 90 * DAY, keepMessages: 30 * DAY, keepAudit: 365 * DAY };

let dir: string;
let database: Database;
const lines: string[] = [];
const log = createLog('info', { destination: { write: (line) => void lines.push(line) } });

async function open(): Promise<void> {
  dir = await tempDir('nightly');
  await copyEmptyDatabase(dir);
  database = openDatabase({ dataDir: dir });
  await database.start();
}
async function close(): Promise<void> {
  await database.stop();
  await removeDir(dir);
}
beforeAll(open);
afterAll(close);

/** One row of each kind, so many days before NOW; named by that number. */
async function leave(days: number): Promise<void> {
  const at = new Date(NOW - days * DAY);
  const id = String(days);
  await database.transaction(async (tx) => {
    await sql`insert into reject values (${days}, 0, ${at}, null, null, 'json', '', 't', '')`.execute(tx);
    await sql`insert into quality values (${id}, ${at}, 'late', 1)`.execute(tx);
    await sql`insert into sequence_break (machine, at, position, kind, first, last) values (${id}, ${at}, 0, 'hole', 1, 2)`.execute(
      tx,
    );
    await sql`insert into house_alarm values (${id}, 'broker', ${at}, ${at}, 'rules', ${at})`.execute(tx);
    await sql`insert into audit (at, action, subject) values (${at}, 'session.opened', ${id})`.execute(tx);
    await sql`insert into account (id, login, name, role, password_hash) values (${id}, ${id}, 'A', 'lead', '')`.execute(
      tx,
    );
    await sql`insert into session (id, account, csrf, expires_at) values (${id}, ${id}, '', ${at})`.execute(tx);
    await sql`insert into delivery (id, channel, account, source, content, state, created_at, ended_at)
      values (${id}, 'mail', ${id}, ${id}, '{}', 'sent', ${at}, ${at})`.execute(tx);
    await sql`insert into notification (id, account, kind, source, at, mode, hold_until, delivery)
      values (${id}, ${id}, 'case', ${id}, ${at}, 'alone', ${at}, ${id})`.execute(tx);
  });
}

/** Days of the rows that are there. */
async function there(table: string, column: string): Promise<readonly number[]> {
  const { rows } = await sql<{ days: string }>`select ${sql.id(column)}::text as days from ${sql.id(table)}`.execute(
    database.kysely,
  );
  return rows.map(({ days }) => Number(days)).toSorted((a, b) => a - b);
}

/** What a night that was missed and made up for leaves of an empty database with rows on both sides of each limit. */
async function madeUpFor(settings: typeof KEEP): Promise<void> {
  for (const days of [1, 29, 31, 89, 91, 364, 366]) await leave(days);
  // What has not ended is kept however old: an alarm of the house that stands, a mail that waits.
  await sql`insert into house_alarm (id, what, since, raised_at, raised_by) values ('500', 'influx', now(), now(), 'rules')`.execute(
    database.kysely,
  );
  await sql`insert into delivery (id, channel, account, source, content, state, created_at)
    values ('500', 'mail', '1', '500', '{}', 'waiting', ${new Date(NOW - 500 * DAY)})`.execute(database.kysely);
  const schedule = new Schedule({
    database,
    jobs: [nightly({ database, settings, log })],
    clock: () => NOW,
    log,
    metrics: new Metrics(),
  });
  // Planned a week before, and nobody was there since.
  await schedule.tick(NOW - 7 * DAY);
  expect(await there('reject', 'position')).toHaveLength(7);
  await schedule.tick(NOW);

  const young = [1, 29, 31, 89];
  expect(await there('reject', 'position')).toEqual(young);
  expect(await there('quality', 'machine')).toEqual(young);
  expect(await there('sequence_break', 'machine')).toEqual(young);
  expect(await there('house_alarm', 'id')).toEqual([...young, 500]);
  expect(await there('audit', 'subject')).toEqual([...young, 91, 364]);
  expect(await there('delivery', 'id')).toEqual([1, 29, 500]);
  expect(await there('notification', 'id')).toEqual([1, 29]);
  expect(await there('session', 'id')).toEqual([]);
  expect(lines.join('')).toContain('"audit":1');
}

test('a missed night is made up for, old things go and younger ones stay', async () => {
  await expect(madeUpFor(KEEP)).resolves.toBeUndefined();
});

test('nothing goes where all is kept', async () => {
  const settings = { keepRejects: undefined, keepMessages: undefined, keepAudit: undefined };
  await nightly({ database, settings, log }).run(NOW + 10_000 * DAY);
  expect(await there('reject', 'position')).toHaveLength(4);
  expect(await there('audit', 'subject')).toHaveLength(6);
});

test('however much there is, it goes in small steps', async () => {
  const before = new Date(NOW - 30 * DAY);
  expect(await forgetBefore(database, 'quality', before, 1)).toBe(2);
  expect(await there('quality', 'machine')).toEqual([1, 29]);
});

test('mutant: a night that keeps all for one time is found out', async () => {
  await close();
  await open();
  const { keepRejects } = KEEP;
  const mutant = { keepRejects, keepMessages: keepRejects, keepAudit: keepRejects };
  await expect(madeUpFor(mutant)).rejects.toThrow('to deeply equal');
});
