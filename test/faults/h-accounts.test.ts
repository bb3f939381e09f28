/** What the house says where it cannot change the accounts of a broker, and that nothing is half done then. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { DynsecAccounts } from '#ingest/broker/dynsec.ts';
import { DynsecControl } from '#ingest/broker/dynsec-control.ts';
import type { MachineCredentials } from '#shared/accounts/credentials.ts';
import type { MachineAccounts } from '#shared/accounts/port.ts';
import { UnmanagedAccounts } from '#shared/accounts/unmanaged.ts';
import { type MosquittoUnderTest, mosquittoAccounts } from '#test/contract/accounts-brokers.ts';
import { credentialsOver, type House, startCredentials } from '#test/contract/machine-accounts.ts';
import { rawConnect } from '#test/contract/raw-mqtt.ts';
import { startMosquitto } from '#test/servers/mosquitto.ts';
import { mustRun, program } from '#test/servers/tools.ts';

const ada = (machine: string) => ({ machine, actor: 'ada', now: Date.now() });

let broker: MosquittoUnderTest;
let house: House;
beforeAll(async () => {
  house = await startCredentials(async () => {
    broker = await mosquittoAccounts();
    return broker;
  });
});
afterAll(() => house.close());

async function over(accounts: MachineAccounts): Promise<MachineCredentials> {
  const credentials = await credentialsOver(house.database, accounts);
  onTestFinished(() => credentials.stop());
  return credentials;
}

function dynsec({ url, username, password }: { url: string; username: string; password: string }): DynsecAccounts {
  const options = { prefix: 'machines', reserved: [], now: Date.now, pauseMs: 50, patienceMs: 400 };
  return new DynsecAccounts({ url, username, password, ...options });
}

/** What comes of making and of revoking, and what is there afterwards. */
async function triesOf(credentials: MachineCredentials): Promise<unknown[]> {
  const made = await credentials.create(ada('m-7')).catch((error: unknown) => error);
  const revoked = await credentials.revoke(ada('m-7')).catch((error: unknown) => error);
  return [made, revoked, ...(await credentials.list('m-7', Date.now()))];
}

function bothRefused(why: string, text: RegExp): unknown[] {
  const refusal = expect.objectContaining({ name: 'AccountsRefused', why, message: expect.stringMatching(text) });
  return [refusal, refusal];
}

test('no user for the accounts is set', async () => {
  expect(await triesOf(await over(new UnmanagedAccounts([])))).toEqual(
    bothRefused('not-set-up', /Set MQTT_ADMIN_USER/),
  );
});

test('a broker without the plugin', async () => {
  const mosquitto = await startMosquitto();
  onTestFinished(() => mosquitto.stop());
  expect(await triesOf(await over(dynsec(mosquitto)))).toEqual(bothRefused('not-set-up', /dynamic-security plugin/));
});

test('the password of its administrator is wrong', async () => {
  const text = /Check MQTT_ADMIN_USER and MQTT_ADMIN_PASSWORD/;
  expect(await triesOf(await over(dynsec({ ...login(), password: 'wrong' })))).toEqual(bothRefused('away', text));
});

test('its user is no administrator', async () => {
  const machine = await house.make('m-4');
  expect(await triesOf(await over(dynsec({ ...login(), ...machine })))).toEqual(
    bothRefused('not-set-up', /needs its role admin/),
  );
});

test('a user of that name that is not ours is left alone', async () => {
  await ctrl('createClient', 'm-2', '-p', 'secret-of-another');
  await expect(house.credentials.create(ada('m-2'))).rejects.toThrow('has a user "m-2" that Leitwarte did not make');
  expect(await house.credentials.list('m-2', Date.now())).toEqual([]);
  await house.credentials.settled();
  expect(await answerTo({ username: 'm-2', password: 'secret-of-another' })).toBe(0);
});

test('everybody may reach everything by default', async () => {
  // mosquitto_ctrl 2.0.11 does nothing of that, and says nothing.
  const { url, username, password } = broker.mosquitto;
  const control = new DynsecControl({ url, username, password, now: Date.now });
  const allow = (is: boolean) =>
    control.request([{ command: 'setDefaultACLAccess', acls: [{ acltype: 'publishClientSend', allow: is }] }]);
  control.start();
  await allow(true);
  await control.stop();
  expect(await triesOf(house.credentials)).toEqual(bothRefused('not-set-up', /deny publishClientSend by default/));
  control.start();
  await allow(false);
  await control.stop();
});

test('a broker that is away: no password is made; one that is revoked is refused by it when it is back', async () => {
  const machine = await house.make('m-1');
  await broker.mosquitto.kill();
  await expect(house.credentials.create(ada('m-3'))).rejects.toMatchObject({ why: 'away' });
  expect(await house.credentials.list('m-3', Date.now())).toEqual([]);
  await expect(house.credentials.revoke(ada('m-1'))).rejects.toThrow(/^The passwords are revoked, but the broker/);
  expect(await house.credentials.list('m-1', Date.now())).toEqual([]);
  await broker.mosquitto.start();
  await expect.poll(() => answerTo(machine)).toBe(5);
});

const login = () => ({ url: broker.mosquitto.url, username: broker.mosquitto.username });

/** As its administrator: the house is pushed off for a moment, because a user has one connection. */
function ctrl(...args: string[]): Promise<unknown> {
  const { port, username, password } = broker.mosquitto;
  const how = ['-h', '127.0.0.1', '-p', String(port), '-u', username, '-P', password];
  return mustRun(program('mosquitto_ctrl'), [...how, 'dynsec', ...args]);
}

async function answerTo(machine: { username: string; password: string }): Promise<number | undefined> {
  const peer = await rawConnect(broker.mosquitto.url, { ...machine, clientId: machine.username });
  const [connack] = await peer.some('connack');
  peer.socket.destroy();
  return connack?.returnCode;
}
