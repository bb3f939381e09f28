import mqtt from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { type Mosquitto, startMosquitto } from './mosquitto.ts';
import { isAlive } from './server-process.ts';
import { mustRun, program, run, waitFor } from './tools.ts';

let broker: Mosquitto | undefined;
afterEach(() => broker?.stop());

test('a killed mosquitto comes back on its port and still holds what it had saved', async () => {
  broker = await startMosquitto({ users: { house: 'secret', press: 'secret' } });
  const house = { username: 'house', clientId: 'house', password: 'secret', clean: false, reconnectPeriod: 0 };
  const first = await mqtt.connectAsync(broker.url, house);
  await first.subscribeAsync('machines/#', { qos: 1 });
  await first.endAsync();
  const press = await mqtt.connectAsync(broker.url, { username: 'press', password: 'secret', reconnectPeriod: 0 });
  await press.publishAsync('machines/press/telemetry', '{"temp":1}', { qos: 1 });
  await press.endAsync();
  const { pid, port, log } = broker;
  await waitFor('the broker has saved', () => broker?.log.slice(log.length).includes('Saving in-memory database'));

  await broker.kill();
  expect(isAlive(pid)).toBe(false);
  expect(() => broker?.pid).toThrow('mosquitto is not running');
  await broker.restart();

  expect(broker.port).toBe(port);
  const second = mqtt.connect(broker.url, house);
  const [topic, payload] = await new Promise<[string, Buffer]>((resolve) => {
    second.once('message', (to, bytes) => resolve([to, bytes]));
  });
  expect([topic, payload.toString()]).toEqual(['machines/press/telemetry', '{"temp":1}']);
  await second.endAsync();
});

test('nobody gets in without the right password', async () => {
  broker = await startMosquitto();
  const target = ['-h', '127.0.0.1', '-p', String(broker.port), '-t', 'x', '-m', 'x'];
  expect((await run(program('mosquitto_pub'), target)).code).not.toBe(0);
  const house = [...target, '-u', 'house', '-P', broker.password];
  expect(await mustRun(program('mosquitto_pub'), house)).toBe('');
  expect((await run(program('mosquitto_pub'), [...target, '-u', 'house', '-P', 'wrong'])).stderr).toContain(
    'not authorised',
  );
});

test('with dynamic security the administrator makes users', async () => {
  broker = await startMosquitto({ dynamicSecurity: true });
  const admin = ['-h', '127.0.0.1', '-p', String(broker.port), '-u', broker.username, '-P', broker.password, 'dynsec'];
  await mustRun(program('mosquitto_ctrl'), [...admin, 'createClient', 'press', '-p', 'secret']);
  expect(await mustRun(program('mosquitto_ctrl'), [...admin, 'listClients'])).toContain('press');
});

test('a frozen mosquitto answers again once it is thawed', async () => {
  broker = await startMosquitto();
  const target = ['-h', '127.0.0.1', '-p', String(broker.port), '-u', 'house', '-P', broker.password];
  broker.pause();
  const publish = run(program('mosquitto_pub'), [...target, '-q', '1', '-t', 'x', '-m', 'x']);
  const soon = new Promise((resolve) => setTimeout(resolve, 500, 'silence'));
  expect(await Promise.race([publish, soon])).toBe('silence');
  broker.resume();
  expect((await publish).code).toBe(0);
});

test('a wrong configuration is told with what mosquitto said', async () => {
  await expect(startMosquitto({ config: 'no_such_option true' })).rejects.toThrow(
    /mosquitto did not start[^]*no_such_option/,
  );
});
