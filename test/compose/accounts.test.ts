/** The scripts with which docker-compose.yml makes the broker's accounts, run here against the mosquitto of the tests. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import mqtt from 'mqtt';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { DynsecAccounts } from '#ingest/broker/dynsec.ts';
import { Authority } from '#test/servers/authority.ts';
import { dynamicSecurityPlugin, Mosquitto } from '#test/servers/mosquitto.ts';
import { freePort, type RunResult, removeDir, run, tempDir } from '#test/servers/tools.ts';
import { compose, inContainer } from './compose.ts';

const ADMIN = 'password-of-the-administrator';
const HOUSE = 'password-of-the-house';
const env = { PATH: `${process.env['PATH']}:/usr/sbin`, PLUGIN: dynamicSecurityPlugin() };

let dir: string;
beforeEach(async () => {
  dir = await tempDir('compose');
  onTestFinished(() => removeDir(dir));
});

async function makeAccounts(plugin = env.PLUGIN): Promise<RunResult> {
  const script = inContainer(compose.configs['mosquitto-accounts']?.content)
    .replaceAll('1884', String(await freePort()))
    .replaceAll('/tmp/', `${dir}/`);
  const passwords = { MQTT_PASSWORD: HOUSE, MQTT_ADMIN_PASSWORD: ADMIN };
  return run('sh', ['-c', script], { env: { ...env, ...passwords, PLUGIN: plugin, DATA: dir } });
}

/** The configuration with which mosquitto is run, on these ports. */
async function configure(port: number, tlsPort: number): Promise<RunResult> {
  const config = inContainer(compose.configs['mosquitto']?.content)
    .replace('listener 1883', `listener ${port} 127.0.0.1\nuser ${userInfo().username}`)
    .replace('/usr/lib/mosquitto_dynamic_security.so', env.PLUGIN)
    .replaceAll('/mosquitto/data/', `${dir}/`);
  await writeFile(path.join(dir, 'given.conf'), config);
  const script = inContainer(compose.configs['mosquitto-start']?.content)
    .replace('/mosquitto/config/mosquitto.conf', path.join(dir, 'given.conf'))
    .replace('/tmp/mosquitto.conf', path.join(dir, 'mosquitto.conf'))
    .replace('listener 8883', `listener ${tlsPort} 127.0.0.1`)
    .replace('exec mosquitto', 'exec echo mosquitto');
  return run('sh', ['-c', script], { env: { ...env, TLS: dir } });
}

async function startBroker(tlsPort = 0): Promise<Mosquitto> {
  const port = await freePort();
  expect(await configure(port, tlsPort)).toMatchObject({ code: 0, stderr: '' });
  const broker = new Mosquitto(port, dir, 'house');
  await broker.start();
  onTestFinished(() => broker.stop());
  return broker;
}

function connect(broker: Mosquitto, username: string, password: string): Promise<mqtt.MqttClient> {
  return mqtt.connectAsync(broker.url, {
    username,
    password,
    clientId: username,
    reconnectPeriod: 0,
  });
}

test('the accounts are made once; a machine speaks for itself alone, and the house hears it', async () => {
  const made = await makeAccounts();
  expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('The accounts admin and house are made.')]);
  const file = path.join(dir, 'dynamic-security.json');
  const before = await readFile(file, 'utf8');
  expect(before).not.toContain(HOUSE);
  expect(await makeAccounts()).toMatchObject({ code: 0, stdout: 'The accounts are there.\n' });
  expect(await readFile(file, 'utf8')).toBe(before);

  const broker = await startBroker();
  const { MQTT_ADMIN_USER: username = '' } = compose.services['portal']?.environment ?? {};
  const accounts = new DynsecAccounts({
    url: broker.url,
    username,
    password: ADMIN,
    prefix: 'machines',
    reserved: [],
    now: Date.now,
  });
  await accounts.start();
  onTestFinished(() => accounts.stop());
  await accounts.check();
  const account = { machine: 'press-1', username: 'press-1', credential: 'c-1' };
  const password = 'secret-of-press-1';
  await accounts.create([{ ...account, password }]);

  const house = await connect(broker, 'house', HOUSE);
  const heard: string[] = [];
  house.on('message', (topic) => heard.push(topic));
  await house.subscribeAsync('machines/#', { qos: 1 });
  const machine = await connect(broker, 'press-1', password);
  await expect(machine.subscribeAsync('machines/#', { qos: 1 })).rejects.toThrow('Unspecified error');
  await machine.publishAsync('machines/press-1/telemetry', '{"temp":61}', { qos: 1 });
  // Debian's mosquitto ends the connection after this one: it comes last.
  await machine.publishAsync('machines/press-2/telemetry', '{}', { qos: 1 });
  await house.publishAsync('machines/press-9/telemetry', '{"replayed":1}', { qos: 1 });
  await house.publishAsync(
    '$CONTROL/dynamic-security/v1',
    '{"commands":[{"command":"deleteClient","username":"press-1"}]}',
  );
  await expect.poll(() => heard).toEqual(['machines/press-1/telemetry', 'machines/press-9/telemetry']);

  expect(await readFile(file, 'utf8')).toContain('"press-1"');
  await accounts.revoke([account]);
  await expect(connect(broker, 'press-1', password)).rejects.toThrow('Not authorized');
  await Promise.all([house.endAsync(true), machine.endAsync(true)]);
});

test('with a certificate in its folder the broker speaks TLS too; one that it cannot read stops it', async () => {
  expect((await makeAccounts()).code).toBe(0);
  const authority = await Authority.make(dir, 'authority');
  const { cert, key } = await authority.issue('server');
  const tlsPort = await freePort();
  await startBroker(tlsPort);
  const login = { username: 'house', password: HOUSE, clientId: 'house', reconnectPeriod: 0 };
  const ca = await readFile(authority.own.cert, 'utf8');
  const house = await mqtt.connectAsync(`mqtts://127.0.0.1:${tlsPort}`, { ...login, ca });
  await house.endAsync(true);
  expect(cert).toBe(path.join(dir, 'server.crt'));
  await rm(key);
  expect(await configure(1, 2)).toMatchObject({ code: 1, stderr: expect.stringContaining('server.key is missing') });
});

test('where the broker cannot start, no file is left that would look complete', async () => {
  const { code } = await makeAccounts('/nowhere/plugin.so');
  expect(code).not.toBe(0);
  await expect(readFile(path.join(dir, 'dynamic-security.json'))).rejects.toThrow('ENOENT');
});
