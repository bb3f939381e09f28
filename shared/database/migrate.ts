/** Brings the schema up to this version: plain SQL files, each applied once, in the order of their names, all or nothing. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
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

/** Rejects with SchemaRefused; then nothing has changed. Two processes that start at once follow one another. */
export async function migrate(kysely: Kysely<Schema>, folder: URL = FOLDER): Promise<void> {
  const migrations = await readMigrations(folder);
  try {
    await kysely.transaction().execute(async (tx) => {
      await sql`set local statement_timeout = 0`.execute(tx);
      await sql`select pg_advisory_xact_lock(hashtextextended('leitwarte migrations', 0))`.execute(tx);
      await sql`create table if not exists schema_migration (
        name text primary key, checksum text not null, applied_at timestamptz not null default now()
      )`.execute(tx);
      const applied = await sql<{ name: string; checksum: string }>`
        select name, checksum from schema_migration order by name`.execute(tx);
      for (const migration of pending(migrations, applied.rows)) {
        await sql.raw(migration.text).execute(tx);
        await sql`insert into schema_migration (name, checksum) values (${migration.name}, ${migration.checksum})`.execute(
          tx,
        );
      }
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

function pending(
  migrations: readonly Migration[],
  applied: readonly { name: string; checksum: string }[],
): Migration[] {
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
