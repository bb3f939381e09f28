import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ServerProcess } from './server-process.ts';
import { freePort, program, tempDir } from './tools.ts';

const USERNAME = 'admin';
const PASSWORD = 'only-for-tests';
const AUTHORIZATION = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;

interface Answer {
  readonly error?: string;
  readonly results?: readonly { readonly error?: string; readonly series?: readonly Series[] }[];
}

interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

export class Influx extends ServerProcess {
  readonly port: number;
  readonly username = USERNAME;
  readonly password = PASSWORD;

  constructor(port: number, dir: string) {
    super({
      name: 'influxd',
      command: program('influxd'),
      args: ['run', '-config', path.join(dir, 'influxdb.conf')],
      dir,
      env: { PATH: process.env['PATH'], HOME: dir },
      ready: async () =>
        (await fetch(`http://127.0.0.1:${port}/ping`, { signal: AbortSignal.timeout(2_000) })).status === 204,
    });
    this.port = port;
  }

  /** As `INFLUX_URL` wants it: with user, password and database, which need not exist yet. */
  url(database: string): string {
    return `http://${USERNAME}:${PASSWORD}@127.0.0.1:${this.port}/${database}`;
  }

  /** Runs one InfluxQL statement, times in ms. Throws InfluxDB's error. */
  async query(q: string, database = ''): Promise<readonly Series[]> {
    const response = await fetch(`http://127.0.0.1:${this.port}/query?epoch=ms&db=${encodeURIComponent(database)}`, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION },
      body: new URLSearchParams({ q }),
    });
    const answer = (await response.json()) as Answer;
    const error = answer.error ?? answer.results?.[0]?.error;
    if (error) throw new Error(error);
    return answer.results?.[0]?.series ?? [];
  }
}

/** An InfluxDB 1.x that asks for user and password, without any database yet. */
export async function startInflux(): Promise<Influx> {
  const dir = await tempDir('influx');
  const port = await freePort();
  await mkdir(path.join(dir, 'wal'));
  await writeFile(path.join(dir, 'influxdb.conf'), config(dir, port, await freePort()));
  const influx = new Influx(port, dir);
  await influx.start();
  await influx.query(`CREATE USER "${USERNAME}" WITH PASSWORD '${PASSWORD}' WITH ALL PRIVILEGES`);
  return influx;
}

const config = (dir: string, port: number, backupPort: number): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${backupPort}"
[meta]
  dir = "${dir}/meta"
[data]
  dir = "${dir}/data"
  wal-dir = "${dir}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = true
  log-enabled = false
[continuous_queries]
  log-enabled = false
  run-interval = "1s"
`;
