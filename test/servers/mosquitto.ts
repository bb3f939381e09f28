import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { ServerProcess } from './server-process.ts';
import { freePort, mustRun, program, tempDir } from './tools.ts';

export interface MosquittoOptions {
  /** Users and passwords of the password file; default: `house` alone. A user has one connection: its name is its client id. */
  readonly users?: Readonly<Record<string, string>>;
  /** Access by the dynamic-security plugin instead of a password file; the only user is then its administrator, `admin`. */
  readonly dynamicSecurity?: boolean;
  /** Further lines of mosquitto.conf. */
  readonly config?: string;
}

const PASSWORD = 'only-for-tests';

export class Mosquitto extends ServerProcess {
  readonly port: number;
  /** Without user and password. */
  readonly url: string;
  /** `house`, or the plugin's administrator. */
  readonly username: string;
  readonly password = PASSWORD;
  /** Where its configuration and what it keeps are. */
  readonly dir: string;

  constructor(port: number, dir: string, username: string) {
    super({
      name: 'mosquitto',
      command: program('mosquitto'),
      args: ['-c', path.join(dir, 'mosquitto.conf')],
      dir,
      ready: () => answersConnect(port),
    });
    this.port = port;
    this.url = `mqtt://127.0.0.1:${port}`;
    this.username = username;
    this.dir = dir;
  }
}

/** A mosquitto with the settings the house advises for production, on a port of its own. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const dir = await tempDir('mosquitto');
  const port = await freePort();
  const username = options.dynamicSecurity ? 'admin' : 'house';
  const access = options.dynamicSecurity
    ? await dynamicSecurity(dir, username)
    : await passwordFile(dir, options.users ?? { [username]: PASSWORD });
  const lines = [
    `listener ${port} 127.0.0.1`,
    `user ${userInfo().username}`,
    'persistence true',
    `persistence_location ${dir}/`,
    'autosave_interval 1',
    'max_inflight_messages 1000',
    'max_queued_messages 0',
    'max_queued_bytes 1073741824',
    'max_packet_size 131072',
    'use_username_as_clientid true',
    'allow_anonymous false',
    'persistent_client_expiration 30d',
    'set_tcp_nodelay true',
    access,
    options.config ?? '',
  ];
  await writeFile(path.join(dir, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const mosquitto = new Mosquitto(port, dir, username);
  await mosquitto.start();
  return mosquitto;
}

async function passwordFile(dir: string, users: Readonly<Record<string, string>>): Promise<string> {
  const file = path.join(dir, 'passwords');
  const lines = Object.entries(users).map(([user, password]) => `${user}:${password}\n`);
  await writeFile(file, lines.join(''), { mode: 0o600 });
  await mustRun(program('mosquitto_passwd'), ['-U', file]);
  return `password_file ${file}`;
}

async function dynamicSecurity(dir: string, admin: string): Promise<string> {
  const file = path.join(dir, 'dynamic-security.json');
  await mustRun(program('mosquitto_ctrl'), ['dynsec', 'init', file, admin, PASSWORD]);
  return `plugin ${dynamicSecurityPlugin()}\nplugin_opt_config_file ${file}`;
}

/** Where Debian keeps the plugin. */
export function dynamicSecurityPlugin(): string {
  const name = 'mosquitto_dynamic_security.so';
  const folder = readdirSync('/usr/lib').find((entry) => entry.endsWith('-linux-gnu')) ?? 'x86_64-linux-gnu';
  return path.join('/usr/lib', folder, name);
}

/** Whether a broker answers a CONNECT, be it with a refusal: this probe belongs to no user and disturbs none. */
function answersConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (served: boolean): void => {
      socket.destroy();
      resolve(served);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.once('connect', () =>
      socket.write(Buffer.from('\x10\x11\x00\x04MQTT\x04\x02\x00\x0a\x00\x05probe', 'latin1')),
    );
    socket.once('data', (answer) => settle(answer[0] === 0x20));
  });
}
