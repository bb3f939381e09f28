/** Puts a dump back, in one transaction: whatever stood there before is gone once it commits, and there until then. */
import { sql } from 'kysely';
import type { Queries, Transaction } from './database.ts';
import { type Counter, type DumpedRows, type DumpedSchema, identities } from './dump.ts';
import { applyMigrations, dropOwnTables, hasSchema, migrate } from './migrate.ts';

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/** Whether somebody works with this database already: there are people or a plant. */
export async function isInhabited(db: Queries): Promise<boolean> {
  if (!(await hasSchema(db))) return false;
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from account) or exists (select from configuration) as found`.execute(db);
  return rows[0]?.found ?? false;
}

/** How many other processes of Leitwarte are connected. */
export async function othersConnected(db: Queries): Promise<number> {
  const { rows } = await sql<{ others: number }>`
    select count(*) as others from pg_stat_activity
    where datname = current_database() and application_name = 'leitwarte' and pid <> pg_backend_pid()`.execute(db);
  return rows[0]?.others ?? 0;
}

/**
 * Loads one dump. `begin` makes the schema the dump was made with, `rows` fills it, `end` brings it to this version. Throws
 * SchemaRefused where a newer version made the dump.
 */
export class Loading {
  readonly #tx: Transaction;
  readonly #columns = new Map<string, string[]>();
  #schema: DumpedSchema | undefined;
  #keys: readonly ForeignKey[] = [];

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  async begin(schema: DumpedSchema): Promise<void> {
    const tx = this.#tx;
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
    await dropOwnTables(tx);
    await applyMigrations(tx, schema.migrations);
    this.#schema = schema;
    // Rows come table by table and point at one another; checked when all are there. Triggers have done their part already.
    this.#keys = await foreignKeys(tx);
    for (const { table, name } of this.#keys)
      await sql`alter table ${sql.id(table)} drop constraint ${sql.id(name)}`.execute(tx);
    for (const table of schema.tables) {
      await sql`alter table ${sql.id(table)} disable trigger user`.execute(tx);
      await sql`truncate ${sql.id(table)}`.execute(tx);
    }
  }

  async rows({ table, lines }: Pick<DumpedRows, 'table' | 'lines'>): Promise<void> {
    if (!this.#schema?.tables.includes(table)) throw new Error(`The dump names no table "${table}".`);
    const columns = sql.join((await this.#columnsOf(table)).map((column) => sql.id(column)));
    const rows = `[${lines.trimEnd().replaceAll('\n', ',')}]`;
    await sql`
      insert into ${sql.id(table)} (${columns}) overriding system value
      select ${columns} from jsonb_populate_recordset(null::${sql.id(table)}, cast(${rows}::text as jsonb))`.execute(
      this.#tx,
    );
  }

  async end(): Promise<void> {
    const tx = this.#tx;
    const schema = this.#schema;
    if (!schema) throw new Error('nothing was begun');
    for (const { table, name, definition } of this.#keys) {
      await sql`alter table ${sql.id(table)} add constraint ${sql.id(name)} ${sql.raw(definition)}`.execute(tx);
    }
    for (const table of schema.tables) await sql`alter table ${sql.id(table)} enable trigger user`.execute(tx);
    await setCounters(tx, schema);
    // Whoever led the readers is not there any more.
    await sql`update reader_position set leader = null, lease_until = null`.execute(tx);
    await migrate(tx);
  }

  async #columnsOf(table: string): Promise<readonly string[]> {
    const known = this.#columns.get(table);
    if (known) return known;
    const { rows } = await sql<{ column: string }>`
      select column_name as "column" from information_schema.columns
      where table_schema = current_schema() and table_name = ${table} and is_generated = 'NEVER'
      order by ordinal_position`.execute(this.#tx);
    const columns = rows.map(({ column }) => column);
    this.#columns.set(table, columns);
    return columns;
  }
}

async function foreignKeys(tx: Transaction): Promise<readonly ForeignKey[]> {
  const { rows } = await sql<ForeignKey>`
    select r.relname as "table", c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class r on r.oid = c.conrelid
    where c.contype = 'f' and r.relnamespace = current_schema()::regnamespace order by 1, 2`.execute(tx);
  return rows;
}

async function setCounters(tx: Transaction, { counters, tables }: DumpedSchema): Promise<void> {
  const there = await identities(tx, tables);
  const known = ({ table, column }: Counter) => there.some((one) => one.table === table && one.column === column);
  for (const { table, column, last } of counters.filter(known)) {
    await sql`select setval(pg_get_serial_sequence(${table}, ${column}), ${Math.max(last, 1)}, ${last > 0})`.execute(
      tx,
    );
  }
}
