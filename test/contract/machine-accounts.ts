import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MachineCredentials } from '#shared/accounts/credentials.ts';
import { PasswordMaker } from '#shared/accounts/password.ts';
import type { MachineAccounts } from '#shared/accounts/port.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import type { Plant } from '#shared/model/plant.ts';
import { createLog } from '#shared/process/log.ts';
import { publish, rawClient, rawConnect, type RawPeer } from '#test/contract/raw-mqtt.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { quickest, removeDir, tempDir } from '#test/servers/tools.ts';

/** A broker whose accounts the house keeps, over a database with the machines m-1 to m-9. */
export interface AccountsUnderTest {
  url(): string;
  readonly accounts: MachineAccounts;
  /** The broker is restored from a backup of before any account was made, where it has accounts of its own. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

export interface House {
  readonly database: Database;
  readonly credentials: MachineCredentials;
  readonly broker: AccountsUnderTest;
  /** Makes a password; the login of the answer. */
  make(machine: string, overlapMs?: number): Promise<{ username: string; password: string }>;
  revoke(machine: string): Promise<void>;
  /** The plant has these machines. */
  plant(machines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Long enough to make a password and to log in with it meanwhile. */
const OVERLAP_MS = 3_000;

export const MACHINES = ['m-1', 'm-2', 'm-3', 'm-4', 'm-5', 'm-6', 'm-7', 'm-8', 'm-9'];

/** An embedded database, and the house's side of the accounts over it, started. */
export async function startCredentials(make: (database: Database) => Promise<AccountsUnderTest>): Promise<House> {
  const dir = await tempDir('accounts');
  await copyEmptyDatabase(dir);
  const database = openDatabase({ dataDir: dir });
  await database.start();
  const plant = async (machines: readonly string[]): Promise<void> => {
    await database.transaction((tx) =>
      applyConfiguration(tx, { plant: plantOf(machines), author: null, reason: null }),
    );
  };
  await plant(MACHINES);
  const broker = await make(database);
  const credentials = await credentialsOver(database, broker.accounts);
  return {
    database,
    credentials,
    broker,
    plant,
    async make(machine, overlapMs) {
      const made = await credentials.create({ machine, actor: 'ada', now: Date.now(), overlapMs });
      if (made === undefined) throw new Error(`there is no ${machine}`);
      return { username: made.username, password: made.password };
    },
    revoke: (machine) => credentials.revoke({ machine, actor: 'ada', now: Date.now() }),
    async close() {
      await credentials.stop();
      await broker.close();
      await database.stop();
      await removeDir(dir);
    },
  };
}

/** Started; another one over the same database is a portal that was started again. */
export async function credentialsOver(database: Database, accounts: MachineAccounts): Promise<MachineCredentials> {
  const credentials = new MachineCredentials({
    database,
    accounts,
    passwords: async () => new PasswordMaker('only-for-tests'),
    clock: Date.now,
    log: createLog('error'),
  });
  await credentials.start();
  return credentials;
}

function plantOf(machines: readonly string[]): Plant {
  return {
    version: 1,
    customers: [{ id: 'c', name: 'C', tier: 'standard' }],
    models: [{ id: 'mk', name: 'MK', components: [], sensors: [] }],
    machines: machines.map((id) => ({ id, model: 'mk', customer: 'c' })),
  };
}

/** What accounts of machines promise, whichever broker has them. */
export function machineAccountsContract(name: string, make: (database: Database) => Promise<AccountsUnderTest>): void {
  describe(`accounts of machines: ${name}`, () => {
    let house: House;
    beforeAll(async () => {
      house = await startCredentials(make);
    });
    afterAll(() => house.close());

    const connect = (login: { username: string; password: string }) =>
      rawClient(house.broker.url(), { ...login, clientId: login.username });
    const logsIn = async (login: { username: string; password: string }): Promise<boolean> => {
      const peer = await rawConnect(house.broker.url(), { ...login, clientId: login.username });
      const [connack] = await peer.some('connack');
      peer.socket.destroy();
      await peer.closed;
      return connack?.returnCode === 0;
    };
    const speaks = async (peer: RawPeer, machine: string): Promise<void> => {
      peer.send(publish(`machines/${machine}/telemetry`, '{}', 1));
      await peer.some('puback');
    };
    const secondName = (machine: string) => (house.broker.accounts.severalPasswords ? machine : `${machine}~2`);

    test('a machine logs in as itself with its own password, and with no other', async () => {
      const [one, two] = [await house.make('m-1'), await house.make('m-2')];
      expect(one.username).toBe('m-1');
      const peer = await connect(one);
      await speaks(peer, 'm-1');
      peer.socket.destroy();
      const guesses = [
        { ...one, password: two.password },
        { ...one, password: '' },
        { ...one, username: 'm-3' },
      ];
      expect(await Promise.all(guesses.map(logsIn))).toEqual([false, false, false]);
      const listed = await house.credentials.list('m-1', Date.now());
      expect(listed).toEqual([expect.objectContaining({ machine: 'm-1', username: 'm-1', endsAt: null })]);
      expect(JSON.stringify(listed)).not.toContain(one.password);
    });

    test('two passwords overlap; the older one ends by itself, with its connection, the newer one stays', async () => {
      const older = await house.make('m-3');
      const olderPeer = await connect(older);
      const cutOff = olderPeer.closed.then(() => Date.now());
      const newer = await house.make('m-3', OVERLAP_MS);
      const [kept, ending] = (await house.credentials.list('m-3', Date.now())).map(({ endsAt }) => endsAt);
      expect(kept).toBeNull();
      expect(newer.username).toBe(secondName('m-3'));
      const newerPeer = await rawClient(house.broker.url(), { ...newer, clientId: 'newer' });
      const late = (await cutOff) - (ending?.getTime() ?? NaN);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(3_000);
      expect([await logsIn(older), newerPeer.isClosed]).toEqual([false, false]);
      await speaks(newerPeer, 'm-3');
      newerPeer.socket.destroy();
      await newerPeer.closed;
      const { rows } = await auditOf(house.database, 'm-3');
      expect(rows).toEqual(['credentials.made', 'credentials.made', 'credentials.ended']);
      // Its user is free again.
      expect((await house.make('m-3')).username).toBe('m-3');
    });

    test('without an overlap both hold until they are revoked; then no connection is left within a second', async () => {
      const other = await house.make('m-5');
      const bystander = await connect(other);
      let [one, two] = [other, other];
      const tookMs = await quickest(1_000, async () => {
        [one, two] = [await house.make('m-4'), await house.make('m-4')];
        const peers = [await connect(one), await rawClient(house.broker.url(), { ...two, clientId: 'another' })];
        const begin = performance.now();
        await house.revoke('m-4');
        await Promise.all(peers.map(({ closed }) => closed));
        return performance.now() - begin;
      });
      expect(tookMs).toBeLessThan(1_000);
      expect([await logsIn(one), await logsIn(two), bystander.isClosed]).toEqual([false, false, false]);
      await speaks(bystander, 'm-5');
      bystander.socket.destroy();
      const again = await house.make('m-4');
      expect([again.username, await logsIn(again), await logsIn(one)]).toEqual(['m-4', true, false]);
    });

    test('an overlap of nothing replaces the password at once, under the same name', async () => {
      const older = await house.make('m-6');
      const peer = await connect(older);
      const newer = await house.make('m-6', 0);
      await peer.closed;
      expect(newer.username).toBe('m-6');
      expect([await logsIn(older), await logsIn(newer)]).toEqual([false, true]);
    });

    test('a machine that leaves the plant is cut off, and let in again when it is back', async () => {
      const login = await house.make('m-7');
      const peer = await connect(login);
      await house.plant(MACHINES.filter((machine) => machine !== 'm-7'));
      await peer.closed;
      expect(await logsIn(login)).toBe(false);
      expect(await house.credentials.create({ machine: 'm-7', actor: 'ada', now: Date.now() })).toBeUndefined();
      await house.plant(MACHINES);
      await expect.poll(() => logsIn(login)).toBe(true);
    });

    test('a broker restored from an old backup has the accounts of the database again', async () => {
      const [kept, revoked] = [await house.make('m-8'), await house.make('m-9')];
      await house.revoke('m-9');
      await house.broker.forget();
      await expect.poll(() => logsIn(kept)).toBe(true);
      expect(await logsIn(revoked)).toBe(false);
    });

    test('a user of the house is no name for a machine', async () => {
      const reserved = house.broker.accounts.reserved[0] ?? '';
      const made = house.credentials.create({ machine: reserved, actor: 'ada', now: Date.now() });
      await expect(made).rejects.toThrow(`"${reserved}" is a user by which Leitwarte itself logs in`);
    });
  });
}

async function auditOf(database: Database, subject: string): Promise<{ rows: string[] }> {
  const found = await database.kysely
    .selectFrom('audit')
    .select('action')
    .where('subject', '=', subject)
    .orderBy('id')
    .execute();
  return { rows: found.map(({ action }) => action) };
}
