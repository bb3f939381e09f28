/** Brings the schema up to this version: plain SQL files, each applied once, in the order of their names, all or nothing. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';
import { codeOf } from './unavailable.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

/** The database holds another schema than this version of Leitwarte can work with. */
export class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused';
}

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/** A change that a database has, and the checksum of its file. */
export type AppliedMigration = Pick<Migration, 'name' | 'checksum'>;

/** Rejects with SchemaRefused; then nothing has changed. Two processes that start at once follow one another. */
export async function migrate(kysely: Kysely<Schema>, folder: URL = FOLDER): Promise<void> {
  const migrations = await readMigrations(folder);
  try {
    await inTransaction(kysely, async (tx) => {
      await prepare(tx);
      for (const migration of pending(migrations, await appliedMigrations(tx))) await apply(tx, migration);
    });
  } catch (error) {
    if (error instanceof Error && codeOf(error) === '42501') {
      throw new SchemaRefused(
        `The user of the database may not make tables (${error.message}). Give it the right: GRANT ALL ON SCHEMA public TO the user.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Makes the schema as these changes made it, in a database without one. Throws SchemaRefused where one is unknown here. */
export async function applyMigrations(tx: Transaction<Schema>, wanted: readonly AppliedMigration[]): Promise<void> {
  const migrations = await readMigrations(FOLDER);
  const later = pending(migrations, wanted);
  await prepare(tx);
  for (const migration of migrations) if (!later.includes(migration)) await apply(tx, migration);
}

/** In the order of their names. */
async function appliedMigrations(db: Kysely<Schema>): Promise<readonly AppliedMigration[]> {
  const { rows } = await sql<AppliedMigration>`select name, checksum from schema_migration order by name`.execute(db);
  return rows;
}

/** The changes the database has. Throws SchemaRefused where this version does not know them all. */
export async function knownMigrations(db: Kysely<Schema>): Promise<readonly AppliedMigration[]> {
  const applied = await appliedMigrations(db);
  pending(await readMigrations(FOLDER), applied);
  return applied;
}

export async function hasSchema(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass('schema_migration') is not null as found`.execute(
    db,
  );
  return rows[0]?.found ?? false;
}

/** The tables our changes make and the database has; what else lies in it is not ours. */
export async function ownTables(db: Kysely<Schema>): Promise<readonly string[]> {
  const made = madeBy(await readMigrations(FOLDER), 'table');
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1`.execute(db);
  return rows.map(({ name }) => name).filter((name) => made.has(name));
}

/** Leaves nothing of ours, for a schema made anew within the same transaction. */
export async function dropOwnTables(tx: Transaction<Schema>): Promise<void> {
  for (const table of await ownTables(tx)) await sql`drop table ${sql.id(table)} cascade`.execute(tx);
  for (const name of madeBy(await readMigrations(FOLDER), 'function'))
    await sql`drop function if exists ${sql.id(name)} cascade`.execute(tx);
  await sql`drop table if exists schema_migration`.execute(tx);
}

function madeBy(migrations: readonly Migration[], what: 'table' | 'function'): ReadonlySet<string> {
  const made = new RegExp(`^create (?:or replace )?${what} (?:if not exists )?(\\w+)`, 'gim');
  return new Set(migrations.flatMap(({ text }) => [...text.matchAll(made)].map(([, name]) => name ?? '')));
}

async function prepare(tx: Transaction<Schema>): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx);
  await sql`select pg_advisory_xact_lock(hashtextextended('leitwarte migrations', 0))`.execute(tx);
  await sql`create table if not exists schema_migration (
    name text primary key, checksum text not null, applied_at timestamptz not null default now()
  )`.execute(tx);
}

async function apply(tx: Transaction<Schema>, { name, text, checksum }: Migration): Promise<void> {
  await sql.raw(text).execute(tx);
  await sql`insert into schema_migration (name, checksum) values (${name}, ${checksum})`.execute(tx);
}

function inTransaction(kysely: Kysely<Schema>, body: (tx: Transaction<Schema>) => Promise<void>): Promise<void> {
  return kysely.isTransaction ? body(kysely as Transaction<Schema>) : kysely.transaction().execute(body);
}

function pending(migrations: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new SchemaRefused(
        `The database was made by a newer Leitwarte: it has the change "${name}", which this version does not know. Start the newer version, or restore a backup made by this one.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new SchemaRefused(
        `The database was made with another "${name}" than this version has. Start the version that made it, or begin with an empty database.`,
      );
    }
  }
  const done = new Set(applied.map((row) => row.name));
  return migrations.filter((migration) => !done.has(migration.name));
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}
