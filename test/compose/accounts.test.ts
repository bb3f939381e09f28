/** The scripts with which docker-compose.yml makes the broker's accounts, run here against the mosquitto of the tests. */
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import mqtt from 'mqtt';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
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

async function startBroker(): Promise<Mosquitto> {
  const port = await freePort();
  const config = inContainer(compose.configs['mosquitto']?.content)
    .replace('listener 1883', `listener ${port} 127.0.0.1\nuser ${userInfo().username}`)
    .replace('/usr/lib/mosquitto_dynamic_security.so', env.PLUGIN)
    .replaceAll('/mosquitto/data/', `${dir}/`);
  await writeFile(path.join(dir, 'mosquitto.conf'), config);
  const broker = new Mosquitto(port, dir, 'house');
  await broker.start();
  onTestFinished(() => broker.stop());
  return broker;
}

function addMachine(broker: Mosquitto, password: string, machine: string): Promise<RunResult> {
  const script = inContainer(compose.configs['mosquitto-machine']?.content);
  return run('sh', ['-c', script, 'machine.sh', password, machine], { env: { ...env, PORT: String(broker.port) } });
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
  const added = await addMachine(broker, ADMIN, 'press-1');
  expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^user press-1, password \S{24} /) });
  const password = /password (\S+)/.exec(added.stdout)?.[1] ?? '';

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
  const renewed = await addMachine(broker, ADMIN, 'press-1');
  expect(renewed.code).toBe(0);
  await expect(connect(broker, 'press-1', password)).rejects.toThrow('Not authorized');
  await Promise.all([house.endAsync(true), machine.endAsync(true)]);
});

test('without the right password, or with a machine id that is none, no account is made and it is said', async () => {
  expect((await makeAccounts()).code).toBe(0);
  const broker = await startBroker();
  expect(await addMachine(broker, 'wrong', 'press-1')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is the password of the administrator right?'),
  });
  expect(await addMachine(broker, ADMIN, 'press/#')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('id of the machine'),
  });
});

test('where the broker cannot start, no file is left that would look complete', async () => {
  const { code } = await makeAccounts('/nowhere/plugin.so');
  expect(code).not.toBe(0);
  await expect(readFile(path.join(dir, 'dynamic-security.json'))).rejects.toThrow('ENOENT');
});
