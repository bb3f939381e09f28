import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { mustRun } from '#test/servers/tools.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const CHILD = path.resolve(import.meta.dirname, 'case-race-child.ts');
const [PROCESSES, MACHINES, ROUNDS] = [4, 25, 4];
/** Key of the lock the rivals wait for. */
const BARRIER = 4_711;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** Lets processes raise alarms on all machines at once in a new database; answers it. */
async function race(name: string, options: { readonly rounds: number; readonly mutant?: boolean }): Promise<Database> {
  const databaseUrl = await postgres.createDatabase(name);
  const database = openDatabase({ databaseUrl, dataDir: '/nowhere' });
  await database.start();
  onTestFinished(() => database.stop());
  if (options.mutant) await sql`drop index service_case_open`.execute(database.kysely);
  await database.kysely.connection().execute(async (db) => {
    await sql`select pg_advisory_lock(${BARRIER})`.execute(db);
    const rivals = Array.from({ length: PROCESSES }, (_, n) => {
      const at = Date.now();
      const order = JSON.stringify({
        databaseUrl,
        rule: `rule-${n}`,
        machines: MACHINES,
        at,
        barrier: BARRIER,
        ...options,
      });
      return mustRun(process.execPath, ['--import', TSX, CHILD, order]);
    });
    const waiting = sql`select 1 from pg_locks where locktype = 'advisory' and not granted`;
    await expect.poll(async () => (await waiting.execute(db)).rows.length, { timeout: 60_000 }).toBe(PROCESSES);
    await sql`select pg_advisory_unlock(${BARRIER})`.execute(db);
    await Promise.all(rivals);
  });
  return database;
}

test('four processes that raise alarms on 25 machines at once open exactly 25 cases, and every alarm counts', {
  timeout: 90_000,
}, async () => {
  const database = await race('race', { rounds: ROUNDS });
  const cases = await database.kysely.selectFrom('service_case').select(['machine', 'occurrences']).execute();
  expect(new Set(cases.map(({ machine }) => machine)).size).toBe(MACHINES);
  expect(cases).toHaveLength(MACHINES);
  expect(cases.map(({ occurrences }) => occurrences)).toEqual(
    Array.from({ length: MACHINES }, () => PROCESSES * ROUNDS),
  );
  const alarms = await database.kysely.selectFrom('alarm').select('id').where('case_id', 'is not', null).execute();
  expect(alarms).toHaveLength(PROCESSES * MACHINES * ROUNDS);
});

test('the mutant that looks and then opens, without the index, opens more', { timeout: 90_000 }, async () => {
  const database = await race('mutant', { rounds: 1, mutant: true });
  const cases = await database.kysely.selectFrom('service_case').select('id').execute();
  expect(cases.length).toBeGreaterThan(MACHINES);
});
