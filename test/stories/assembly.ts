/** The whole house in its two shapes, so that one story is told of both: embedded in one process, or three on real servers. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ADMIN_PASSWORD, type HouseProcess, startHouse } from '#test/house/processes.ts';
import { Browser } from '#test/portal/browser.ts';
import { type Influx, startInflux } from '#test/servers/influx.ts';
import { type Mosquitto, startMosquitto } from '#test/servers/mosquitto.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { type RunResult, program, run, tempDir } from '#test/servers/tools.ts';

export interface Assembly {
  /** Logged in as admin; after a restart too. */
  readonly admin: Browser;
  /** Where machines connect; without user and password. */
  readonly mqtt: string;
  /** Passwords of machines where the broker keeps them itself; at the embedded one the API makes them. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Who may publish for every machine, as a gateway or a replay does. */
  readonly gateway: Login;
  /** The same house once more on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

type Settings = Readonly<Record<string, string>>;

const HOUSE_PASSWORD = 'only-for-tests';
export const GATEWAY: Login = { username: 'gateway', password: 'only-for-tests-too' };

/** One process over DuckDB, PGlite and the embedded broker. */
export async function startEmbedded(settings: Settings = {}): Promise<Assembly> {
  const house = await startHouse('house', { MQTT_PASSWORD: HOUSE_PASSWORD, ...settings });
  let admin = await enter(house);
  return {
    get admin() {
      return admin;
    },
    get mqtt() {
      return house.ready().mqtt ?? '';
    },
    gateway: { username: 'house', password: HOUSE_PASSWORD },
    restart: async () => {
      await house.restart();
      admin = await enter(house);
    },
    stop: () => house.stop(),
  };
}

export interface RealServers {
  readonly mosquitto: Mosquitto;
  readonly influx: Influx;
  readonly postgres: Postgres;
  /** The settings that name them, for every part of the house. */
  readonly settings: Settings;
  stop(): Promise<void>;
}

export const INFLUX_DATABASE = 'leitwarte';

/** mosquitto with the house's user, a gateway that may speak for all machines, and these accounts, each for itself; InfluxDB; PostgreSQL. */
export async function startRealServers(accounts: Settings = {}): Promise<RealServers> {
  const dir = await tempDir('acl');
  const acl = path.join(dir, 'acl');
  await writeFile(
    acl,
    'user house\ntopic readwrite #\nuser gateway\ntopic write machines/#\npattern readwrite machines/%u/#\n',
  );
  const [mosquitto, influx, postgres] = await Promise.all([
    startMosquitto({
      users: { house: HOUSE_PASSWORD, gateway: GATEWAY.password, ...accounts },
      config: `acl_file ${acl}`,
    }),
    startInflux(),
    startPostgres(),
  ]);
  await influx.query(`CREATE DATABASE "${INFLUX_DATABASE}"`);
  return {
    mosquitto,
    influx,
    postgres,
    settings: {
      MQTT_URL: mosquitto.url,
      MQTT_PASSWORD: HOUSE_PASSWORD,
      INFLUX_URL: influx.url(INFLUX_DATABASE),
      DATABASE_URL: await postgres.createDatabase('leitwarte'),
    },
    stop: async () => {
      await Promise.all([mosquitto.stop(), influx.stop(), postgres.stop()]);
    },
  };
}

/** Three processes over one folder and the servers, which are stopped with them. */
export async function startOnServers(servers: RealServers, accounts: Settings = {}): Promise<Assembly> {
  const dir = await tempDir('three');
  const ingest = await startHouse('ingest', servers.settings, dir);
  const rules = await startHouse('rules', servers.settings, dir);
  const portal = await startHouse('portal', servers.settings, dir);
  let admin = await enter(portal);
  return {
    get admin() {
      return admin;
    },
    mqtt: servers.mosquitto.url,
    accounts,
    gateway: GATEWAY,
    restart: async () => {
      await Promise.all([portal, rules, ingest].map((part) => part.restart()));
      admin = await enter(portal);
    },
    stop: async () => {
      await Promise.all([portal.kill(), rules.kill()]);
      await ingest.stop();
      await servers.stop();
    },
  };
}

async function enter(portal: HouseProcess): Promise<Browser> {
  const admin = new Browser(portal.ready().portal ?? '');
  const { status, text } = await admin.logIn('admin', ADMIN_PASSWORD);
  if (status !== 200) throw new Error(`log-in as admin: ${status} ${text}`);
  return admin;
}

/** One message with mosquitto_pub, QoS 1, as the README tells people to. */
export function publish(mqtt: string, login: Login, topic: string, payload: string): Promise<RunResult> {
  const { hostname, port } = new URL(mqtt);
  const who = ['-i', login.username, '-u', login.username, '-P', login.password];
  return run(program('mosquitto_pub'), ['-h', hostname, '-p', port, ...who, '-q', '1', '-t', topic, '-m', payload]);
}
