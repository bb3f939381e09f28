/** The whole database as text, as it stood at one instant: its schema's changes, counters, and every row as JSON. */
import { sql } from 'kysely';
import type { Queries, Transaction } from './database.ts';
import { type AppliedMigration, knownMigrations, ownTables } from './migrate.ts';

/** Rows of one table, a JSON object a line. */
export interface DumpedRows {
  readonly table: string;
  readonly rows: number;
  readonly lines: string;
}

/** Last value of the counter behind an identity column, which may lie beyond the rows there are. */
export interface Counter {
  readonly table: string;
  readonly column: string;
  readonly last: number;
}

export interface DumpedSchema {
  readonly migrations: readonly AppliedMigration[];
  readonly counters: readonly Counter[];
  readonly tables: readonly string[];
}

/** Rows asked for in one go. */
const FETCHED = 500;

/** What the rows below need to be put back. Throws SchemaRefused where a newer version made the database. */
export async function dumpSchema(tx: Transaction): Promise<DumpedSchema> {
  const migrations = await knownMigrations(tx);
  const tables = await ownTables(tx);
  const counters: Counter[] = [];
  for (const { table, column } of await identities(tx, tables)) {
    const { rows } = await sql<{
      sequence: string;
    }>`select pg_get_serial_sequence(${table}, ${column}) as sequence`.execute(tx);
    const name = rows[0]?.sequence ?? '';
    const state = await sql<{ last: number }>`
      select case when is_called then last_value else 0 end as last from ${sql.raw(name)}`.execute(tx);
    counters.push({ table, column, last: state.rows[0]?.last ?? 0 });
  }
  return { migrations, counters, tables };
}

/** Every row of the table, some hundred at a time. */
export async function* dumpRows(tx: Transaction, table: string): AsyncGenerator<DumpedRows, void, undefined> {
  await sql`declare dumped cursor for select to_jsonb(t)::text as line from ${sql.id(table)} as t`.execute(tx);
  try {
    for (;;) {
      const { rows } = await sql<{ line: string }>`fetch ${sql.lit(FETCHED)} from dumped`.execute(tx);
      if (rows.length === 0) return;
      yield { table, rows: rows.length, lines: rows.map(({ line }) => `${line}\n`).join('') };
      if (rows.length < FETCHED) return;
    }
  } finally {
    await sql`close dumped`.execute(tx);
  }
}

/** Columns that number their rows by themselves. */
export async function identities(
  db: Queries,
  tables: readonly string[],
): Promise<readonly { readonly table: string; readonly column: string }[]> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES' order by 1, 2`.execute(db);
  return rows.filter(({ table }) => tables.includes(table));
}
