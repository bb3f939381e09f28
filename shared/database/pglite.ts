/**
 * The one door to PGlite: PostgreSQL embedded in this process, its files in a folder. One connection, so transactions follow
 * one another; a second process is kept out by a lock of ours, because PGlite takes none and would lose rows silently.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { type FolderLock, lockFolder } from '#shared/process/lock.ts';
import type { Connector, HeldLock, NoticeHandler } from './connector.ts';
import { refuseInside } from './inside.ts';
import { DatabaseUnavailable } from './unavailable.ts';

/** The same types as from pg (postgres.ts): int8 and numeric are numbers. */
const PARSERS = { [types.INT8]: Number, [types.NUMERIC]: Number };

export class PGliteConnector implements Connector {
  readonly dialect: Dialect;
  readonly #dataDir: string;
  readonly #driver: SerialDriver;
  readonly #handlers = new Map<string, Set<NoticeHandler>>();
  readonly #held = new Set<string>();
  #lock: FolderLock | undefined;
  #pglite: PGlite | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#driver = new SerialDriver(() => this.#open);
    this.dialect = {
      createDriver: () => this.#driver,
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    };
  }

  async open(): Promise<void> {
    this.#lock = await lockFolder(this.#dataDir, 'database');
    const folder = join(this.#dataDir, 'database');
    try {
      await mkdir(folder, { recursive: true });
      this.#pglite = await PGlite.create(folder, { parsers: PARSERS });
      this.#pglite.onNotification((channel, payload) => {
        for (const handler of this.#handlers.get(channel) ?? []) handler(payload);
      });
    } catch (error) {
      await this.close();
      throw new DatabaseUnavailable(
        `The embedded database in ${folder} cannot be opened: ${error instanceof Error ? error.message : String(error)}. Check that the folder is writable and the disk has room; if it was damaged, restore it from a backup.`,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.#driver.idle();
    await this.#pglite?.close();
    this.#pglite = undefined;
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async listen(channel: string, handler: NoticeHandler): Promise<() => Promise<void>> {
    const handlers = this.#handlers.get(channel) ?? new Set();
    this.#handlers.set(channel, handlers);
    if (handlers.size === 0) await this.#alone(`listen "${channel}"`);
    handlers.add(handler);
    return async () => {
      handlers.delete(handler);
      if (handlers.size === 0 && this.#pglite) await this.#alone(`unlisten "${channel}"`);
    };
  }

  /** Nobody else can be on the folder, so a lock is between parts of this process only. */
  tryLock(name: string): Promise<HeldLock | undefined> {
    if (this.#held.has(name)) return Promise.resolve(undefined);
    this.#held.add(name);
    let end = (): void => undefined;
    const lost = new Promise<void>((resolve) => {
      end = resolve;
    });
    const release = (): Promise<void> => {
      this.#held.delete(name);
      end();
      return lost;
    };
    return Promise.resolve({ lost, release });
  }

  /** LISTEN within somebody's transaction would be undone with it. */
  async #alone(statement: string): Promise<void> {
    const connection = await this.#driver.acquireConnection();
    try {
      await connection.executeQuery(CompiledQuery.raw(statement));
    } finally {
      await this.#driver.releaseConnection();
    }
  }

  get #open(): PGlite {
    if (!this.#pglite) throw new DatabaseUnavailable('The embedded database is not open (not started, or stopped).');
    return this.#pglite;
  }
}

/** Hands the one connection to one caller after the other. */
class SerialDriver implements Driver {
  readonly #connection: DatabaseConnection;
  #waiting: (() => void)[] = [];
  #taken = false;
  #idle: (() => void)[] = [];

  constructor(pglite: () => PGlite) {
    this.#connection = new SerialConnection(pglite);
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    refuseInside();
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift();
    if (next) return next();
    this.#taken = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves once nobody holds the connection. */
  async idle(): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}

class SerialConnection implements DatabaseConnection {
  readonly #pglite: () => PGlite;

  constructor(pglite: () => PGlite) {
    this.#pglite = pglite;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    // Without parameters the text may hold several statements, as with pg: migrations do.
    const pglite = this.#pglite();
    const result = parameters.length === 0 ? (await pglite.exec(sql)).at(-1) : await pglite.query(sql, [...parameters]);
    return {
      rows: (result?.rows ?? []) as R[],
      ...(result?.affectedRows === undefined ? {} : { numAffectedRows: BigInt(result.affectedRows) }),
    };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}
