/** The one door to DuckDB: opens its file, runs statements, appends columns. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import { StoreUnavailable } from './port.ts';

const TYPES = { integer: INTEGER, bigint: BIGINT, double: DOUBLE, varchar: VARCHAR } as const;
/** Rows DuckDB takes in one chunk. */
const CHUNK_ROWS = 2048;

const OPTIONS = {
  memory_limit: '1GB',
  threads: '2',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

/** One column of an append: its type and the values of all rows. */
export type Column =
  | { readonly type: 'integer' | 'double'; readonly values: readonly number[] }
  | { readonly type: 'bigint'; readonly values: readonly bigint[] }
  | { readonly type: 'varchar'; readonly values: readonly string[] };

export interface Transaction {
  run(sql: string): Promise<void>;
  /** Appends rows given by columns of equal length. */
  append(table: string, columns: readonly Column[]): Promise<void>;
}

type Params = readonly (number | string | bigint)[];

export class DuckDbFile {
  readonly path: string;
  readonly #schema: string;
  #instance: DuckDBInstance | undefined;
  #writer: DuckDBConnection | undefined;

  /** `schema`: statements that make tables where they are missing; run at each opening. */
  constructor(path: string, schema: string) {
    this.path = path;
    this.#schema = schema;
  }

  get isOpen(): boolean {
    return this.#writer !== undefined;
  }

  /** Opens or creates the file. Throws StoreUnavailable where another process holds it or the disk refuses. */
  async open(): Promise<void> {
    if (this.#writer) return;
    try {
      await mkdir(dirname(this.path), { recursive: true });
      // From the cache: after a failure, readers still under way must share the instance, never open the file twice.
      this.#instance = await DuckDBInstance.fromCache(this.path, OPTIONS);
      const writer = await this.#instance.connect();
      await writer.run(this.#schema);
      this.#writer = writer;
    } catch (error) {
      this.close();
      throw unavailable(this.path, error);
    }
  }

  /** Runs a query on a connection of its own, beside a write under way; rows as arrays. */
  async rows(sql: string, params: Params = []): Promise<DuckDBValue[][]> {
    return this.#ask(async (connection) => (await connection.runAndReadAll(sql, [...params])).getRows());
  }

  /** Runs a query whose columns are all DOUBLE without NULL; each column as one array. Never blocks for more than a chunk. */
  async doubles(sql: string, params: Params = []): Promise<Float64Array[]> {
    return this.#ask(async (connection) => {
      const result = await connection.run(sql, [...params]);
      const columns = Array.from({ length: result.columnCount }, () => new Float64Array(result.rowCount));
      let row = 0;
      for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk()) {
        // all values of a column at once: one by one they cost more than twice as much
        for (const [i, column] of columns.entries()) column.set(chunk.getColumnValues(i) as number[], row);
        row += chunk.rowCount;
      }
      return columns;
    });
  }

  async #ask<T>(question: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (!this.#instance) throw new StoreUnavailable(`The reading store ${this.path} is closed.`);
    try {
      const connection = await this.#instance.connect();
      try {
        return await question(connection);
      } finally {
        connection.closeSync();
      }
    } catch (error) {
      throw unavailable(this.path, error);
    }
  }

  /**
   * Runs `work` as one transaction, durable when it resolves; never two at once. After a failure nothing is known to be
   * stored and the file is closed: `open` again, and read anew what was known of it.
   */
  async transact(work: (transaction: Transaction) => Promise<void>): Promise<void> {
    const writer = this.#writer;
    if (!writer) throw new StoreUnavailable(`The reading store ${this.path} is closed.`);
    try {
      await writer.run('BEGIN');
      await work({
        run: async (sql) => {
          await writer.run(sql);
        },
        append: (table, columns) => append(writer, table, columns),
      });
      await writer.run('COMMIT');
    } catch (error) {
      this.close();
      throw unavailable(this.path, error);
    }
  }

  close(): void {
    this.#writer?.closeSync();
    this.#writer = undefined;
    this.#instance?.closeSync();
    this.#instance = undefined;
  }
}

async function append(connection: DuckDBConnection, table: string, columns: readonly Column[]): Promise<void> {
  const rows = columns[0]?.values.length ?? 0;
  const types = columns.map(({ type }) => TYPES[type]);
  const appender = await connection.createAppender(table);
  try {
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      const chunk = DuckDBDataChunk.create(types, Math.min(CHUNK_ROWS, rows - from));
      columns.forEach(({ values }, i) => chunk.setColumnValues(i, values.slice(from, from + CHUNK_ROWS)));
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

function unavailable(path: string, error: unknown): StoreUnavailable {
  const said = error instanceof Error ? error.message : String(error);
  const holder = /Conflicting lock is held(?:.*?PID (\d+))?/s.exec(said);
  if (holder) {
    const who = holder[1] ? `process ${holder[1]}` : 'another process';
    return new StoreUnavailable(
      `The reading store ${path} is held by ${who}. The embedded store serves one process only: stop that process, or set INFLUX_URL.`,
      { cause: error },
    );
  }
  const mend = /space|full/i.test(said)
    ? 'Free disk space; writing goes on by itself.'
    : 'Check that DATA_DIR can be read and written.';
  return new StoreUnavailable(
    `The reading store ${path} does not work: ${said.split('\n')[0]?.replace(/\.?$/, '.')} ${mend}`,
    {
      cause: error,
    },
  );
}
