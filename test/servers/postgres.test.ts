import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from './postgres.ts';
import { isAlive } from './server-process.ts';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a killed PostgreSQL comes back on its port with what was committed; stop leaves nothing', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const url = await postgres.createDatabase('plant');
  await ask(url, 'CREATE TABLE machine (id text)');
  await ask(url, "INSERT INTO machine VALUES ('press')");
  const before = postgres.tree();
  expect(before.length).toBeGreaterThan(3);

  await postgres.kill();
  expect(before.filter(isAlive)).toEqual([]);
  await postgres.restart();
  expect(await ask(url, 'SELECT id FROM machine')).toEqual([{ id: 'press' }]);
  await expect(ask(url.replace('only-for-tests', 'wrong'), 'SELECT 1')).rejects.toThrow(
    'password authentication failed',
  );

  const after = postgres.tree();
  await postgres.stop();
  expect(after.filter(isAlive)).toEqual([]);
});

test('a frozen PostgreSQL answers once it is thawed, also where the connection was open before', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  postgres.pause();
  const answer = client.query('SELECT 1 AS one');
  const soon = new Promise((resolve) => setTimeout(resolve, 300, 'silence'));
  expect(await Promise.race([answer, soon])).toBe('silence');
  postgres.resume();
  expect((await answer).rows).toEqual([{ one: 1 }]);
  await client.end();
});
