/** The database: what there is, what is watched, what went wrong, who works on it. PostgreSQL, or PGlite in DATA_DIR. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, sql, type Transaction as KyselyTransaction } from 'kysely';
import type { Connector, HeldLock, NoticeHandler } from './connector.ts';
import { runInside } from './inside.ts';
import { migrate } from './migrate.ts';
import { PGliteConnector } from './pglite.ts';
import { PostgresConnector } from './postgres.ts';
import type { Schema } from './schema.ts';
import { DatabaseUnavailable, isCollision } from './unavailable.ts';

/** Something to ask: the database itself, or a transaction. */
export type Queries = Kysely<Schema>;
export type Transaction = KyselyTransaction<Schema>;

const ANSWER_WITHIN_MS = 3_000;
/** How often a transaction runs again after a deadlock with another one. */
const COLLISIONS = 5;

export class Database {
  readonly name = 'database';
  readonly kysely: Kysely<Schema>;
  readonly #connector: Connector;

  constructor(connector: Connector) {
    this.#connector = connector;
    this.kysely = new Kysely<Schema>({ dialect: connector.dialect });
  }

  /** Opens the database and brings its schema up to date. Rejects with a sentence that says what is wrong and the mend. */
  async start(): Promise<void> {
    await this.#connector.open();
    try {
      await migrate(this.kysely);
    } catch (error) {
      await this.#connector.close();
      throw error;
    }
  }

  /** Opens the database as it is, with whatever schema it has or none: for a restore. */
  async startAsItIs(): Promise<void> {
    await this.#connector.open();
  }

  async stop(): Promise<void> {
    await this.#connector.close();
  }

  /**
   * Commits what `body` does, or nothing of it. `body` asks through `tx` only, and runs again when the database undid it for
   * a deadlock, so it must have no effect elsewhere.
   */
  async transaction<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.kysely.transaction().execute((tx) => runInside(() => body(tx)));
      } catch (error) {
        if (attempt >= COLLISIONS || !isCollision(error)) throw error;
      }
    }
  }

  /** The database as it stands at one instant, for as long as `body` takes; on the embedded one everybody else waits. */
  async snapshot<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((tx) =>
        runInside(async () => {
          await sql`set local statement_timeout = 0`.execute(tx);
          await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
          await sql`set local time zone 'UTC'`.execute(tx);
          return body(tx);
        }),
      );
  }

  /** `handler` gets the payload of each NOTIFY on the channel, and undefined when it must read everything again. */
  listen(channel: string, handler: NoticeHandler): Promise<() => Promise<void>> {
    return this.#connector.listen(channel, handler);
  }

  /** A lock for as long as this process lives and sees the server; undefined while another holds it. */
  tryLock(name: string): Promise<HeldLock | undefined> {
    return this.#connector.tryLock(name);
  }

  /** Resolves when the database answers; else rejects with DatabaseUnavailable. */
  async check(): Promise<void> {
    const timer = new AbortController();
    const late = sleep(ANSWER_WITHIN_MS, undefined, { signal: timer.signal }).then(
      () => {
        throw new DatabaseUnavailable(`The database does not answer within ${ANSWER_WITHIN_MS / 1000} s.`);
      },
      () => undefined,
    );
    try {
      await Promise.race([sql`select 1`.execute(this.kysely), late]);
    } finally {
      timer.abort();
    }
  }
}

/** PostgreSQL at `databaseUrl`; without one, PGlite in `dataDir`. Nothing happens before `start`. */
export function openDatabase(options: {
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
}): Database {
  return new Database(
    options.databaseUrl ? new PostgresConnector(options.databaseUrl) : new PGliteConnector(options.dataDir),
  );
}
