/** The two brokers whose accounts the house keeps, as a suite wants them: the embedded one, and mosquitto with its plugin. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { Accounts } from '#ingest/accounts.ts';
import { RememberedCredentials } from '#ingest/broker/credentials.ts';
import { DynsecAccounts } from '#ingest/broker/dynsec.ts';
import { EmbeddedBroker } from '#ingest/broker/embedded.ts';
import type { MessageSink } from '#ingest/broker/port.ts';
import { AnnouncedAccounts } from '#shared/accounts/announced.ts';
import type { Database } from '#shared/database/database.ts';
import { type Mosquitto, startMosquitto } from '#test/servers/mosquitto.ts';
import { freePort } from '#test/servers/tools.ts';
import { type AccountsUnderTest, MACHINES } from './machine-accounts.ts';

export const HOUSE = { username: 'house', password: 'password-of-the-house' };

export interface EmbeddedUnderTest extends AccountsUnderTest {
  readonly broker: EmbeddedBroker;
}

export async function embeddedAccounts(
  database: Database,
  sink: MessageSink = () => Promise.resolve(),
): Promise<EmbeddedUnderTest> {
  const house = { user: HOUSE.username, password: HOUSE.password };
  const accounts = new Accounts({ database, house, clock: Date.now });
  await accounts.start();
  const broker = new EmbeddedBroker({
    prefix: 'machines',
    isMachine: (name) => MACHINES.includes(name),
    host: '127.0.0.1',
    port: await freePort(),
    credentials: new RememberedCredentials(accounts, Date.now),
    trustLoopback: false,
    now: Date.now,
    maxPacketBytes: 131_072,
    maxConnections: 50,
  });
  await broker.start(sink);
  return {
    broker,
    url: () => `mqtt://127.0.0.1:${broker.address().port}`,
    accounts: new AnnouncedAccounts(database, [HOUSE.username]),
    // It has none of its own.
    forget: () => Promise.resolve(),
    async close() {
      await broker.stop();
      await accounts.stop();
    },
  };
}

export interface MosquittoUnderTest extends AccountsUnderTest {
  readonly mosquitto: Mosquitto;
}

export async function mosquittoAccounts(): Promise<MosquittoUnderTest> {
  const mosquitto = await startMosquitto({ dynamicSecurity: true, config: 'max_connections 50' });
  const file = path.join(mosquitto.dir, 'dynamic-security.json');
  const backup = path.join(mosquitto.dir, 'backup.json');
  await copyFile(file, backup);
  const accounts = new DynsecAccounts({
    url: mosquitto.url,
    username: mosquitto.username,
    password: mosquitto.password,
    prefix: 'machines',
    reserved: [HOUSE.username, mosquitto.username],
    now: Date.now,
    pauseMs: 50,
    patienceMs: 1_500,
  });
  return {
    mosquitto,
    url: () => mosquitto.url,
    accounts,
    async forget() {
      await mosquitto.kill();
      await copyFile(backup, file);
      await mosquitto.start();
    },
    close: () => mosquitto.stop(),
  };
}
