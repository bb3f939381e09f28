import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { databaseContract } from '#test/contract/database.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';

databaseContract('PGlite', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'pglite-'));
  return { database: openDatabase({ dataDir }), remove: () => rm(dataDir, { recursive: true, force: true }) };
});

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

databaseContract('PostgreSQL 15', async () => {
  const databaseUrl = await postgres.createDatabase('contract');
  return { database: openDatabase({ databaseUrl, dataDir: '/nowhere' }), remove: () => Promise.resolve() };
});
