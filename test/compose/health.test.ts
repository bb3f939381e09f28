/** The health checks of the house's own parts in docker-compose.yml, run here as their containers would. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { startPostgres } from '#test/servers/postgres.ts';
import { removeDir, run, tempDir } from '#test/servers/tools.ts';
import { compose, inContainer } from './compose.ts';

async function isHealthy(service: string, settings: Readonly<Record<string, string>>): Promise<boolean> {
  const [kind, ...words] = (compose.services[service]?.healthcheck?.test ?? []).map(inContainer);
  const [command = '', ...args] = kind === 'CMD-SHELL' ? ['sh', '-c', ...words] : words;
  return (await run(command, args, { env: { PATH: process.env['PATH'], ...settings } })).code === 0;
}

test('ingest is well while its journal grows', async () => {
  const dir = await tempDir('health');
  onTestFinished(() => removeDir(dir));
  expect(await isHealthy('ingest', { DATA_DIR: dir })).toBe(false);
  const segment = path.join(dir, 'journal', `${'0'.repeat(20)}.journal`);
  await mkdir(path.dirname(segment));
  await writeFile(segment, '');
  expect(await isHealthy('ingest', { DATA_DIR: dir })).toBe(true);
  const earlier = Date.now() / 1000 - 20;
  await utimes(segment, earlier, earlier);
  expect(await isHealthy('ingest', { DATA_DIR: dir })).toBe(false);
});

test('rules is well while its place in the journal moves on', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const settings = { DATABASE_URL: postgres.url };
  expect(await isHealthy('rules', settings)).toBe(false);
  const database = openDatabase({ databaseUrl: postgres.url, dataDir: '/nowhere' });
  await database.start();
  await database.stop();
  expect(await isHealthy('rules', settings)).toBe(false);
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query("INSERT INTO reader_position (name) VALUES ('rules')");
  expect(await isHealthy('rules', settings)).toBe(true);
  await client.query("UPDATE reader_position SET updated_at = now() - interval '2 minutes'");
  expect(await isHealthy('rules', settings)).toBe(false);
  await client.end();
});
