import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { mustRun } from '#test/servers/tools.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const CHILD = path.resolve(import.meta.dirname, 'case-race-child.ts');
const [PROCESSES, MACHINES, ROUNDS] = [4, 25, 4];

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

test('four processes that raise alarms on 25 machines at once open exactly 25 cases, and every alarm counts', {
  timeout: 90_000,
}, async () => {
  const databaseUrl = await postgres.createDatabase('race');
  const database = openDatabase({ databaseUrl, dataDir: '/nowhere' });
  await database.start();
  const at = Date.now() + 6_000;
  const rivals = Array.from({ length: PROCESSES }, (_, n) => {
    const options = JSON.stringify({ databaseUrl, rule: `rule-${n}`, machines: MACHINES, rounds: ROUNDS, at });
    return mustRun(process.execPath, ['--import', TSX, CHILD, options]);
  });
  await Promise.all(rivals);
  const cases = await database.kysely.selectFrom('service_case').select(['machine', 'occurrences']).execute();
  expect(new Set(cases.map(({ machine }) => machine)).size).toBe(MACHINES);
  expect(cases).toHaveLength(MACHINES);
  expect(cases.map(({ occurrences }) => occurrences)).toEqual(
    Array.from({ length: MACHINES }, () => PROCESSES * ROUNDS),
  );
  const alarms = await database.kysely.selectFrom('alarm').select('id').where('case_id', 'is not', null).execute();
  expect(alarms).toHaveLength(PROCESSES * MACHINES * ROUNDS);
  await database.stop();
});
