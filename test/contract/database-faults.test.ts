/** What goes wrong with databases: servers that die, hang or are not there, processes that die, schemas that do not fit. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { migrate, SchemaRefused } from '#shared/database/migrate.ts';
import { DatabaseUnavailable } from '#shared/database/unavailable.ts';
import { FolderInUse } from '#shared/process/lock.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { ServerProcess } from '#test/servers/server-process.ts';
import { freePort, removeDir, tempDir } from '#test/servers/tools.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

async function opened(name: string) {
  const database = openDatabase({ databaseUrl: await postgres.createDatabase(name), dataDir: '/nowhere' });
  await database.start();
  return database;
}

test('PostgreSQL that dies is told as away, and used again once it is back; listeners learn that they missed something', async () => {
  const database = await opened('dies');
  const heard: (string | undefined)[] = [];
  await database.listen('news', (payload) => heard.push(payload));
  const lock = await database.tryLock('dies');
  await sql`select pg_notify('news', 'before')`.execute(database.kysely);
  await expect.poll(() => heard).toEqual(['before']);
  await postgres.kill();
  await lock?.lost;
  await expect(database.check()).rejects.toThrow(DatabaseUnavailable);
  await expect(database.transaction((tx) => tx.selectFrom('audit').selectAll().execute())).rejects.toThrow(
    /^PostgreSQL at 127\.0\.0\.1:\d+ cannot be reached: nothing listens there/,
  );
  await postgres.start();
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['before', undefined]);
  await sql`select pg_notify('news', 'after')`.execute(database.kysely);
  await expect.poll(() => heard).toEqual(['before', undefined, 'after']);
  expect(await database.tryLock('dies')).toBeDefined();
  await database.stop();
});

test('a database that was opened in vain listens once its server is there: a house started before its servers comes up', async () => {
  const database = openDatabase({ databaseUrl: await postgres.createDatabase('late'), dataDir: '/nowhere' });
  await postgres.kill();
  await expect(database.start()).rejects.toThrow(DatabaseUnavailable);
  await postgres.start();
  await database.start();
  const heard: (string | undefined)[] = [];
  await database.listen('news', (payload) => heard.push(payload));
  await sql`select pg_notify('news', 'here')`.execute(database.kysely);
  await expect.poll(() => heard).toEqual(['here']);
  await database.stop();
});

test('PostgreSQL that dies in the middle of a transaction undoes it', async () => {
  const database = await opened('middle');
  const attempt = database.transaction(async (tx) => {
    await tx.insertInto('audit').values({ actor: null, action: 'half', detail: null }).execute();
    await postgres.kill();
    await tx.insertInto('audit').values({ actor: null, action: 'other half', detail: null }).execute();
  });
  await expect(attempt).rejects.toThrow(DatabaseUnavailable);
  await postgres.start();
  expect(await database.kysely.selectFrom('audit').selectAll().execute()).toEqual([]);
  await database.stop();
});

test('PostgreSQL that hangs is told as away within seconds', async () => {
  const database = await opened('hangs');
  postgres.pause();
  try {
    await expect(database.check()).rejects.toThrow('does not answer within 3 s');
  } finally {
    postgres.resume();
  }
  await database.check();
  await database.stop();
});

test.each([
  [
    'nothing listens',
    async () => `postgres://u:geheim@127.0.0.1:${await freePort()}/x`,
    /nothing listens there .*Start the server, or correct DATABASE_URL/,
  ],
  ['no such host', async () => 'postgres://u:geheim@nowhere.invalid/x', /the name of the host is not known/],
  ['no such database', async () => postgres.url.replace(/\/postgres$/, '/nix'), /has no database "nix". Create it/],
  [
    'a wrong password',
    async () => postgres.url.replace(':only-for-tests@', ':geheim@'),
    /refuses the user "leitwarte" .*Correct user and password/,
  ],
])('a start against %s says what is wrong and what to do', async (_what, url, sentence) => {
  const attempt = openDatabase({ databaseUrl: await url(), dataDir: '/nowhere' }).start();
  await expect(attempt).rejects.toThrow(sentence);
  await expect(attempt).rejects.toThrow(DatabaseUnavailable);
  await attempt.catch((error: Error) => expect(error.message).not.toMatch(/geheim|only-for-tests/));
});

test('several processes that start on an empty database at once make the schema once', async () => {
  const databaseUrl = await postgres.createDatabase('crowd');
  const crowd = Array.from({ length: 4 }, () => openDatabase({ databaseUrl, dataDir: '/nowhere' }));
  await Promise.all(crowd.map((database) => database.start()));
  const applied = await sql<{
    name: string;
  }>`select name from schema_migration order by name`.execute(crowd[0]?.kysely as Kysely<unknown>);
  const files = await readdir('shared/database/migrations');
  expect(applied.rows.map(({ name }) => name)).toEqual(files.toSorted());
  await Promise.all(crowd.map((database) => database.stop()));
});

test('a schema that this version does not know, or knows otherwise, is refused and left as it is', async () => {
  const database = openDatabase({ databaseUrl: await postgres.createDatabase('schemas'), dataDir: '/nowhere' });
  await database.start();
  const dir = await tempDir('migrations');
  const folder = pathToFileURL(`${dir}/`);
  const one = 'create table one (id integer)';
  await writeFile(path.join(dir, '001-house.sql'), one);
  await expect(migrate(database.kysely, folder)).rejects.toThrow(/another "001-house.sql" than this version has/);
  await sql`delete from schema_migration`.execute(database.kysely);
  await writeFile(path.join(dir, '002-bad.sql'), 'create table two (id integer); select nonsense');
  await expect(migrate(database.kysely, folder)).rejects.toThrow('nonsense');
  const tables = await sql`select to_regclass('one') as one, to_regclass('two') as two`.execute(database.kysely);
  expect(tables.rows).toEqual([{ one: null, two: null }]);
  await writeFile(path.join(dir, '002-bad.sql'), 'create table two (id integer); create table three (id integer)');
  await migrate(database.kysely, folder);
  await migrate(database.kysely, folder);
  await rm(path.join(dir, '002-bad.sql'));
  const refused = migrate(database.kysely, folder);
  await expect(refused).rejects.toThrow(SchemaRefused);
  await expect(refused).rejects.toThrow(/made by a newer Leitwarte: it has the change "002-bad.sql"/);
  await database.stop();
  await removeDir(dir);
});

test('the embedded database keeps what was committed over kill -9, whole transactions only, and one process at a time', async () => {
  const dir = await tempDir('embedded');
  const child = new ServerProcess({
    name: 'writer',
    command: process.execPath,
    args: ['--import', TSX, path.resolve(import.meta.dirname, 'database-child.ts'), dir],
    dir,
    ready: (log) => log.includes('\n5\n'),
  });
  let committed = -1;
  for (let round = 0; round < 3; round++) {
    await child.start();
    await expect(openDatabase({ dataDir: dir }).start()).rejects.toThrow(FolderInUse);
    await child.kill();
    committed += Number(child.log.trimEnd().split('\n').at(-1)) + 1;
  }
  const database = openDatabase({ dataDir: dir });
  await database.start();
  const rows = await sql<{
    action: string;
    n: number;
  }>`select action, count(*) as n from audit group by action`.execute(database.kysely);
  const counts = new Map(rows.rows.map(({ action, n }) => [action, n]));
  expect(counts.get('a')).toBe(counts.get('b'));
  expect(counts.get('a')).toBeGreaterThan(committed);
  await database.stop();
  await removeDir(dir);
});

test('a folder that cannot be written is told with its mend', async () => {
  const dir = await tempDir('unwritable');
  await mkdir(path.join(dir, 'data'));
  await writeFile(path.join(dir, 'data', 'database'), 'a file where the folder should be');
  const attempt = openDatabase({ dataDir: path.join(dir, 'data') }).start();
  await expect(attempt).rejects.toThrow(/cannot be opened: .*Check that the folder is writable/);
  await removeDir(dir);
});
