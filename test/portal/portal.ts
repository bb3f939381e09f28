/** The real app over a real database and reading store, listening on a free port, with a clock the test turns. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createApp } from '#portal/api/app.ts';
import type { PortalParts } from '#portal/api/parts.ts';
import type { Route } from '#portal/api/route.ts';
import { allRoutes } from '#portal/api/routes.ts';
import { ChangeFeed } from '#portal/api/stream/feed.ts';
import { AnnouncedAccounts } from '#shared/accounts/announced.ts';
import { MachineCredentials } from '#shared/accounts/credentials.ts';
import { PasswordMaker } from '#shared/accounts/password.ts';
import type { MachineLogin } from '#shared/accounts/port.ts';
import { makeBackup } from '#shared/backup/make.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { hashPassword } from '#shared/database/password.ts';
import { addAccount } from '#shared/database/queries/accounts.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import type { Plant } from '#shared/model/plant.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { Browser } from './browser.ts';
import { copyEmptyDatabase } from './embedded.ts';
import { ToldLive } from './live.ts';
import { PASSWORD, PEOPLE, PLANT, RULES } from './plant.ts';

export interface TestPortal {
  readonly url: string;
  readonly database: Database;
  readonly readings: DuckDbReadings;
  readonly live: ToldLive;
  readonly server: Server;
  /** The table the app is made of. */
  routes: readonly Route[];
  /** Names of machines whose connections were ended. */
  readonly disconnected: string[];
  /** Versions that were waited for. */
  readonly confirmed: number[];
  /** Everything that was logged. */
  readonly logged: string[];
  /** Epoch ms; move it by assigning. */
  now: number;
  anonymous(): Browser;
  /** A browser in which this person is logged in; the same one each time. */
  as(login: string): Promise<Browser>;
  stop(): Promise<void>;
}

export interface TestPortalOptions {
  readonly databaseUrl?: string;
  readonly plant?: Plant;
  readonly parts?: Partial<PortalParts>;
  /** Default true: plant, rules and one person of every role are there. */
  readonly seeded?: boolean;
}

/** An embedded broker that only its own computer reaches. */
export const BROKER = { host: null, port: 1883, tls: false, local: true };
export const START = Date.parse('2026-03-02T08:00:00.000Z');

export async function startPortal(options: TestPortalOptions = {}): Promise<TestPortal> {
  const dir = await tempDir('portal');
  if (options.databaseUrl === undefined) await copyEmptyDatabase(dir);
  const database = openDatabase({ databaseUrl: options.databaseUrl, dataDir: dir });
  const readings = new DuckDbReadings(path.join(dir, 'readings.duckdb'));
  const logged: string[] = [];
  const log = createLog('debug', { destination: { write: (line) => void logged.push(line) } });
  await database.start();
  await readings.start();
  if (options.seeded !== false) {
    await database.transaction((tx) =>
      applyConfiguration(tx, { plant: options.plant ?? PLANT, rulebook: RULES, author: null, reason: null }),
    );
    await addPeople(database);
  }
  const changes = new ChangeFeed({ database, log });
  await changes.start();
  const live = new ToldLive();
  const browsers = new Map<string, Promise<Browser>>();
  const disconnected: string[] = [];
  const confirmed: number[] = [];
  const server = createServer();
  const portal: TestPortal = {
    url: '',
    database,
    readings,
    live,
    server,
    routes: [],
    disconnected,
    confirmed,
    logged,
    now: START,
    anonymous: () => new Browser(portal.url),
    as: (login) => {
      const known = browsers.get(login) ?? loggedIn(portal.url, login);
      browsers.set(login, known);
      return known;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await changes.stop();
      await readings.stop();
      await database.stop();
      await removeDir(dir);
    },
  };
  const parts: PortalParts = {
    database,
    changes,
    readings,
    live,
    clock: () => portal.now,
    settings: {
      mqttPrefix: 'machines',
      broker: BROKER,
      trustProxy: 0,
      mail: true,
      webhookInner: false,
      heartbeatLimit: 150_000,
    },
    log,
    metrics: new Metrics(),
    checks: [{ name: 'database', check: () => database.check() }],
    confirmConfiguration: async (version) => {
      confirmed.push(version);
      return true;
    },
    credentials: new MachineCredentials({
      database,
      accounts: new ToldAccounts(database, disconnected),
      passwords: async () => new PasswordMaker('only-for-tests'),
      clock: () => portal.now,
      log,
    }),
    backup: () => makeBackup({ database, readings, dataDir: dir, version: '0.0.0-test', clock: () => portal.now }),
    webDist: undefined,
    house: { demo: false, people: [], version: '0.0.0-test' },
    ...options.parts,
  };
  portal.routes = allRoutes({ ...parts, metrics: new Metrics() });
  server.on('request', createApp(parts));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(portal, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** The embedded broker's accounts, and which machines they ended. */
class ToldAccounts extends AnnouncedAccounts {
  readonly #ended: string[];
  constructor(database: Database, ended: string[]) {
    super(database, ['house']);
    this.#ended = ended;
  }

  override async revoke(logins: readonly MachineLogin[]): Promise<void> {
    await super.revoke(logins);
    for (const { machine } of logins) if (!this.#ended.includes(machine)) this.#ended.push(machine);
  }
}

async function loggedIn(url: string, login: string): Promise<Browser> {
  const browser = new Browser(url);
  const answer = await browser.logIn(login, PASSWORD);
  if (answer.status !== 200) throw new Error(`log-in of ${login}: ${answer.status} ${answer.text}`);
  return browser;
}

/** One hash for all: hashing is slow on purpose. Ids are logins, which reads well where a test fails. */
async function addPeople(database: Database): Promise<void> {
  const passwordHash = await hashPassword(PASSWORD);
  await database.transaction(async (tx) => {
    for (const person of PEOPLE)
      await addAccount(tx, { ...person, id: `id-${person.login}`, passwordHash }, new Date(START));
  });
}
