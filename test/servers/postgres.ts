import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { ServerProcess } from './server-process.ts';
import { freePort, mustRun, program, removeDir, tempDir } from './tools.ts';

const USERNAME = 'leitwarte';
const PASSWORD = 'only-for-tests';
/** PostgreSQL refuses to run as root; Debian's package brings this user. */
const SYSTEM_USER = process.getuid?.() === 0 ? 'postgres' : undefined;

const CONFIG = `
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
fsync = off
full_page_writes = off
max_connections = 60
shared_buffers = 32MB
`;

export class Postgres extends ServerProcess {
  readonly port: number;
  readonly username = USERNAME;
  readonly password = PASSWORD;
  /** Of a database that is there and empty. */
  readonly url: string;

  constructor(port: number, dir: string) {
    super({
      name: 'postgres',
      command: program('postgres'),
      args: ['-D', path.join(dir, 'data'), '-p', String(port)],
      dir,
      ...(SYSTEM_USER && { user: SYSTEM_USER }),
      // Fast shutdown: SIGTERM would wait for every client to leave.
      stopSignal: 'SIGINT',
      ready: async () => {
        await this.ask('postgres', 'SELECT 1');
        return true;
      },
    });
    this.port = port;
    this.url = this.urlOf('postgres');
  }

  /** A new empty database; answers its address. */
  async createDatabase(name: string): Promise<string> {
    await this.ask('postgres', `CREATE DATABASE "${name}"`);
    return this.urlOf(name);
  }

  private urlOf(database: string): string {
    return `postgres://${USERNAME}:${PASSWORD}@127.0.0.1:${this.port}/${database}`;
  }

  private async ask(database: string, sql: string): Promise<void> {
    const client = new Client({ connectionString: this.urlOf(database), connectionTimeoutMillis: 2_000 });
    // A server that goes down while the client waits is an answer of the query, not an exception of this process.
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

/** A PostgreSQL that forgets on power loss but not on kill -9, with user `leitwarte` as its superuser. */
export async function startPostgres(): Promise<Postgres> {
  const dir = await tempDir('postgres');
  await chmod(dir, 0o755);
  await mustRun('cp', ['-a', await emptyCluster(), path.join(dir, 'data')]);
  const postgres = new Postgres(await freePort(), dir);
  await postgres.start();
  return postgres;
}

/** initdb takes longer than all the rest of a start: its result is kept between runs. */
async function emptyCluster(): Promise<string> {
  const initdb = program('initdb');
  const version = /(\d+)/.exec(await mustRun(initdb, ['--version']))?.[1] ?? 'x';
  const cached = path.resolve('node_modules/.cache/leitwarte', `postgres-${version}-${SYSTEM_USER ?? 'self'}`);
  if (existsSync(cached)) return cached;
  const dir = await tempDir('initdb');
  await writeFile(path.join(dir, 'password'), PASSWORD);
  if (SYSTEM_USER) await mustRun('chown', ['-R', SYSTEM_USER, dir]);
  const args = ['--pgdata', path.join(dir, 'data'), '--username', USERNAME, '--pwfile', path.join(dir, 'password')];
  const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'];
  await asSystemUser(initdb, [...args, ...options]);
  await writeFile(path.join(dir, 'data', 'postgresql.conf'), CONFIG);
  await mkdir(path.dirname(cached), { recursive: true });
  const draft = `${cached}-${process.pid}`;
  await mustRun('cp', ['-a', path.join(dir, 'data'), draft]);
  // Two workers may get here at once: the first rename wins, both results are alike.
  await rename(draft, cached).catch(() => removeDir(draft));
  await removeDir(dir);
  return cached;
}

function asSystemUser(command: string, args: readonly string[]): Promise<string> {
  if (!SYSTEM_USER) return mustRun(command, args);
  const identity = [`--reuid=${SYSTEM_USER}`, `--regid=${SYSTEM_USER}`, '--init-groups', '--'];
  return mustRun('setpriv', [...identity, command, ...args], { cwd: '/' });
}
