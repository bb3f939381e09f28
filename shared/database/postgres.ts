/** The one door to pg: a PostgreSQL server over the network. */
import { type Dialect, PostgresDialect, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import pg from 'pg';
import type { Connector, HeldLock, NoticeHandler } from './connector.ts';
import { refuseInside } from './inside.ts';
import { PostgresListener } from './postgres-listener.ts';
import { codeOf, DatabaseUnavailable, isOutage } from './unavailable.ts';

const POOL_SIZE = 10;

/** The same types as from PGlite (pglite.ts): int8 and numeric are numbers. */
const NUMBERS = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC]);
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format: 'text') =>
    NUMBERS.has(id) ? Number : pg.types.getTypeParser(id, format)) as pg.CustomTypesConfig['getTypeParser'],
};

export class PostgresConnector implements Connector {
  readonly dialect: Dialect;
  readonly #config: pg.ClientConfig;
  readonly #listener: PostgresListener;
  readonly #held = new Set<() => Promise<void>>();
  #pool: pg.Pool | undefined;

  constructor(databaseUrl: string) {
    this.#config = {
      connectionString: databaseUrl,
      types: TYPES,
      application_name: 'leitwarte',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      statement_timeout: 30_000,
      // A process that hangs in the middle of a transaction must not hold its locks for ever.
      idle_in_transaction_session_timeout: 15_000,
      // Compiling a query (figures over many alarms) takes longer here than running it.
      options: '-c jit=off',
    };
    this.#listener = new PostgresListener(() => this.#connect());
    const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
    this.dialect = new PostgresDialect({
      pool: {
        connect: async () => {
          refuseInside();
          const client = await this.#take();
          const guarded = clients.get(client) ?? guard(client);
          clients.set(client, guarded);
          return guarded;
        },
        end: () => Promise.resolve(),
      },
    });
  }

  async open(): Promise<void> {
    const pool = new pg.Pool({ ...this.#config, max: POOL_SIZE });
    // A connection that breaks is replaced at its next use; without these handlers it would end the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    this.#pool = pool;
    try {
      (await this.#take()).release();
    } catch (error) {
      // Opened again when the server is there: only what this attempt has made is undone.
      this.#pool = undefined;
      await pool.end();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#listener.stop();
    for (const release of this.#held) await release();
    await this.#pool?.end();
    this.#pool = undefined;
  }

  listen(channel: string, handler: NoticeHandler): Promise<() => Promise<void>> {
    return this.#listener.listen(channel, handler);
  }

  async tryLock(name: string): Promise<HeldLock | undefined> {
    const client = await this.#connect();
    let end = (): void => undefined;
    const lost = new Promise<void>((resolve) => {
      end = resolve;
    });
    client.on('end', () => end());
    const release = async (): Promise<void> => {
      this.#held.delete(release);
      await client.end().catch(() => undefined);
      end();
    };
    try {
      const answer = await client.query<{ got: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
        [name],
      );
      if (!answer.rows[0]?.got) {
        await release();
        return undefined;
      }
    } catch (error) {
      await release();
      throw translate(error);
    }
    this.#held.add(release);
    return { lost, release };
  }

  /** A connection of one's own, beside the pool. */
  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config);
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      throw this.#unreachable(error);
    }
    return client;
  }

  async #take(): Promise<pg.PoolClient> {
    if (!this.#pool) throw new DatabaseUnavailable('The database is not open (not started, or stopped).');
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): DatabaseUnavailable {
    const { host, port, database, user } = new pg.Client(this.#config);
    const place = `PostgreSQL at ${host}:${port}`;
    return new DatabaseUnavailable(describe(error, place, database ?? '', user ?? ''), { cause: error });
  }
}

/** What went wrong while connecting, and the mend; never the password. */
function describe(error: unknown, place: string, database: string, user: string): string {
  const code = error instanceof Error ? codeOf(error) : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return `${place} cannot be reached: nothing listens there (ECONNREFUSED). Start the server, or correct DATABASE_URL.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${place} cannot be reached: the name of the host is not known (${code}). Correct DATABASE_URL or the name service.`;
    case '28P01':
    case '28000':
      return `${place} refuses the user "${user}" (${(error as Error).message}). Correct user and password in DATABASE_URL.`;
    case '3D000':
      return `${place} has no database "${database}". Create it (createdb ${database}), or correct DATABASE_URL.`;
    case '53300':
      return `${place} has no connection left (${(error as Error).message}). Raise max_connections, or stop other programs that use it.`;
    default: {
      const cause = error instanceof Error ? error.message || code : String(error);
      return `${place} cannot be reached: ${cause}. Check that the server runs and DATABASE_URL is right.`;
    }
  }
}

/** A pool's client whose outages are told as DatabaseUnavailable. */
function guard(client: pg.PoolClient): PostgresPoolClient {
  const query = async (sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    try {
      return (await client.query(sql, [...parameters])) as unknown as PostgresQueryResult<unknown>;
    } catch (error) {
      throw translate(error);
    }
  };
  return { query: query as PostgresPoolClient['query'], release: () => client.release() };
}

function translate(error: unknown): unknown {
  if (!isOutage(error) || error instanceof DatabaseUnavailable) return error;
  return new DatabaseUnavailable(`PostgreSQL went away: ${(error as Error).message}`, { cause: error });
}
