import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { caseworkContract } from '#test/contract/casework.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

caseworkContract('PGlite', async () => {
  const dataDir = path.join(await tempDir('casework'), 'data');
  await copyEmptyDatabase(dataDir);
  return { database: openDatabase({ dataDir }), remove: () => removeDir(path.dirname(dataDir)) };
});

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

caseworkContract('PostgreSQL 15', async () => {
  const databaseUrl = await postgres.createDatabase('casework');
  return { database: openDatabase({ databaseUrl, dataDir: '/nowhere' }), remove: () => Promise.resolve() };
});
