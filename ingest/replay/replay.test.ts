import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slugOf } from '#shared/csv/slug.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { type Mosquitto, startMosquitto } from '#test/servers/mosquitto.ts';
import { removeDir, tempDir, waitFor } from '#test/servers/tools.ts';
import type { IncomingMessage } from '../broker/port.ts';
import { Subscriber } from '../broker/subscriber.ts';
import { replayCommand } from './command.ts';
import { messagesOf } from './messages.ts';
import { type ReplaySettings, readOrder } from './order.ts';
import { limitsOf, learnPlant } from './tolerances.ts';

let dir: string;
let broker: Mosquitto;
let subscriber: Subscriber;
let received: IncomingMessage[] = [];
let settings: ReplaySettings;
const file = (name: string) => join(dir, name);

const PLANT = `version: 1
customers: [{ id: a, name: A, tier: standard }]
models: [{ id: m, name: M, sensors: [{ id: volume-flow-rms, unit: l/min }, { id: temp, unit: °C }] }]
machines: [{ id: m1, model: m, customer: a }, { id: m2, model: m, customer: a }]
`;

beforeAll(async () => {
  dir = await tempDir('replay');
  settings = {
    mqttUrl: undefined,
    mqttPort: 1883,
    mqttUser: 'house',
    mqttPassword: undefined,
    mqttPrefix: 'machines',
    mqttCa: undefined,
    dataDir: dir,
  };
  await writeFile(file('plant.yaml'), PLANT);
  broker = await startMosquitto({ users: { house: 'only-for-tests', replay: 'secret-of-replay' } });
  subscriber = new Subscriber({
    url: broker.url,
    clientId: 'house',
    username: 'house',
    password: 'only-for-tests',
    prefix: 'machines',
    now: Date.now,
  });
  await subscriber.start(async (messages) => {
    received.push(...messages.map((m) => ({ ...m, payload: Buffer.from(m.payload) })));
  });
  await waitFor('the messages', async () => subscriber.state().connected);
}, 60_000);
afterAll(async () => {
  await subscriber.stop();
  await broker.stop();
  await removeDir(dir);
});

const url = () => broker.url.replace('mqtt://', 'mqtt://replay:secret-of-replay@');

async function replay(...args: string[]): Promise<{ status: number; err: string; took: number }> {
  const err: string[] = [];
  received = [];
  const begun = Date.now();
  const status = await replayCommand(args, { settings, clock: Date.now, err: (line) => err.push(line) });
  return { status, err: err.join('\n'), took: Date.now() - begun };
}
const payloads = () =>
  received.map(
    (m) => [m.topic, JSON.parse(m.payload.toString()) as { ts: number; values: Record<string, number> }] as const,
  );

describe('a recording is published', () => {
  test('each snapshot as one message, in order of time, with its own times', async () => {
    await writeFile(
      file('wide.csv'),
      'datetime;Volume Flow RMS;temp\n2020-03-09 10:14:34;32.5;80\n2020-03-09 10:14:33;31;\n',
    );
    const { status, err } = await replay(
      '--plant',
      file('plant.yaml'),
      '--machine',
      'm1',
      '--speed',
      'max',
      '--url',
      url(),
      file('wide.csv'),
    );
    expect(err).toContain('3 readings in 2 messages published');
    expect(status).toBe(0);
    await waitFor('the messages', async () => received.length === 2);
    const ts = Date.parse('2020-03-09T10:14:33Z');
    expect(payloads()).toEqual([
      ['machines/m1/telemetry', { ts, values: { 'volume-flow-rms': 31 } }],
      ['machines/m1/telemetry', { ts: ts + 1000, values: { 'volume-flow-rms': 32.5, temp: 80 } }],
    ]);
  });

  test('bad rows are told with their line, the others go on', async () => {
    await writeFile(
      file('long.csv'),
      'time,machine,sensor,value\n2020-01-01T00:00:00Z,m1,temp,1\n2020-01-01T00:00:01Z,m3,temp,1\n2020-01-01T00:00:02Z,m2,temp,x\n2020-01-01T00:00:03Z,m2,temp,4\n',
    );
    const { status, err } = await replay(
      '--plant',
      file('plant.yaml'),
      '--speed',
      'max',
      '--url',
      url(),
      file('long.csv'),
    );
    expect(status).toBe(0);
    expect(err).toContain('long.csv:3: the plant has no machine "m3"');
    expect(err).toContain('long.csv:4: "x" is no number');
    expect(err).toContain('4 rows, 2 bad rows');
    await waitFor('the messages', async () => received.length === 2);
  });

  test('at ten times its pace, shifted so that it ends now', async () => {
    const rows = Array.from({ length: 11 }, (_, i) => `2020-01-01T00:00:${String(i).padStart(2, '0')}Z,m1,temp,${i}`);
    await writeFile(file('ten.csv'), `time,machine,sensor,value\n${rows.join('\n')}\n`);
    const before = Date.now();
    const { took } = await replay(
      '--plant',
      file('plant.yaml'),
      '--speed',
      '10',
      '--from-now',
      '--url',
      url(),
      file('ten.csv'),
    );
    expect(took).toBeGreaterThan(950);
    await waitFor('the messages', async () => received.length === 11);
    const times = payloads().map(([, { ts }]) => ts);
    expect(times.at(-1)).toBeGreaterThanOrEqual(before);
    expect(times.at(-1)).toBeLessThanOrEqual(before + took);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBe(10_000);
  });

  test('thousands of messages a second, none lost', { timeout: 60_000 }, async () => {
    const start = Date.parse('2020-01-01T00:00:00Z');
    const rows = Array.from({ length: 20_000 }, (_, i) => `${start + i * 1000},m${(i % 2) + 1},temp,${i}`);
    await writeFile(file('many.csv'), `time,machine,sensor,value\n${rows.join('\n')}\n`);
    const { status, err } = await replay(
      '--plant',
      file('plant.yaml'),
      '--speed',
      'max',
      '--url',
      url(),
      file('many.csv'),
    );
    expect(status).toBe(0);
    expect(err).toContain('20000 readings in 20000 messages');
    await waitFor('the messages', async () => received.length >= 20_000, 30_000);
    expect(new Set(payloads().map(([, { values }]) => values['temp'])).size).toBe(20_000);
  });

  test('a sensor that stands twice in a snapshot makes two messages', () => {
    const twice = {
      machine: 'm1',
      ts: 5,
      readings: [
        { sensor: 'temp', value: 1 },
        { sensor: 'temp', value: 2 },
      ],
    };
    expect([...messagesOf([twice], 0)].map((m) => m.payload)).toEqual([
      '{"ts":5,"values":{"temp":1}}',
      '{"ts":5,"values":{"temp":2}}',
    ]);
  });
});

describe('what cannot be replayed is told at once', () => {
  const good = () => ['--plant', file('plant.yaml'), '--machine', 'm1', file('wide.csv')];
  test.each<[() => string[], string]>([
    [() => [], '--plant plant.yaml is missing'],
    [() => ['--plant', file('plant.yaml')], 'name at least one file'],
    [() => ['--speed', 'fast', ...good()], 'neither a number above 0 nor max'],
    [() => ['--speed', '0', ...good()], 'neither a number above 0 nor max'],
    [() => ['--url', 'http://x', ...good()], 'no address of the form mqtt://'],
    [() => ['--plant', file('plant.yaml'), '--machine', 'm9', file('wide.csv')], 'the plant has no machine "m9"'],
    [() => ['--plant', file('plant.yaml'), file('wide.csv')], 'say with --machine'],
    [
      () => ['--plant', file('nothing.yaml'), '--machine', 'm1', file('none.csv')],
      'nothing.yaml: there is no such file',
    ],
    [() => ['--plant', file('plant.yaml'), '--machine', 'm1', file('none.csv')], 'none.csv: there is no such file'],
    [() => ['--url', 'mqtt://127.0.0.1:9', ...good()], '127.0.0.1:9'],
    [() => ['--url', broker.url.replace('//', '//replay:wrong@'), ...good()], 'replay: '],
  ])('%#', async (args, message) => {
    const { status, err } = await replay(...args());
    expect(err).toContain(message);
    expect(err).not.toContain('wrong@');
    expect(status).toBe(2);
  });
});

test('user and password: of the address, else of the settings, else what a house on this computer keeps', async () => {
  const order = (extra: Partial<ReplaySettings>, ...args: string[]) =>
    readOrder(['--plant', 'p.yaml', ...args, 'a.csv'], { ...settings, ...extra }).broker;
  expect(order({}, '--url', 'mqtt://u:p@broker')).toEqual({ url: 'mqtt://u:p@broker' });
  expect(order({ mqttUrl: 'mqtt://broker', mqttUser: 'u', mqttPassword: 'p' })).toEqual({
    url: 'mqtt://broker',
    username: 'u',
    password: 'p',
  });
  expect(order({ mqttPort: 1999 })).toEqual({ url: 'mqtt://127.0.0.1:1999' });
  await writeFile(file('mqtt-password'), 'kept\n');
  expect(order({})).toEqual({ url: 'mqtt://127.0.0.1:1883', username: 'house', password: 'kept' });
  expect(order({}, '--url', 'mqtt://broker.example')).toEqual({ url: 'mqtt://broker.example' });
});

describe('tolerances learned from a recording', () => {
  test('keep to mean ± k standard deviations, or to quantiles', () => {
    const values = Array.from({ length: 1001 }, (_, i) => i / 10);
    expect(limitsOf(values, { sigma: 2 })).toEqual({ low: -7.793, high: 107.8 });
    expect(limitsOf(values, { quantile: 0.05 })).toEqual({ low: 5, high: 95 });
    expect(limitsOf([5, 5, 5], { sigma: 3 })).toEqual({ low: 4.95, high: 5.05 });
    expect(limitsOf([0], { sigma: 3 })).toEqual({ low: -0.001, high: 0.001 });
  });

  test('make a plant whose ids the header of the same file finds', async () => {
    const rows = Array.from(
      { length: 50 },
      (_, i) => `2020-02-08 13:30:${String(i).padStart(2, '0')};${0.2 + i / 1000};${120 + (i % 5)};0.0`,
    );
    await writeFile(file('normal.csv'), `datetime;Accelerometer1RMS;Volume Flow RateRMS;anomaly\n${rows.join('\n')}\n`);
    const { plant, yaml } = await learnPlant({
      file: file('normal.csv'),
      model: 'skab',
      machines: ['skab-1'],
      method: { sigma: 4 },
      leaveOut: ['anomaly'],
    });
    expect(plant.models[0]?.sensors.map((s) => s.id)).toEqual(['accelerometer1-rms', 'volume-flow-rate-rms']);
    expect(plant.models[0]?.sensors[1]?.tolerance).toEqual({ low: 116.3, high: 127.7 });
    expect(yaml).toMatch(/^# Tolerances: mean ± 4 standard deviations of the 50 rows of normal\.csv\./);
    expect(readPlant(yaml, 'plant.yaml')).toMatchObject({ plant, problems: [], warnings: [] });
  });

  test('slugs are ids', () => {
    expect(
      ['Volume Flow RateRMS', 'Accelerometer1RMS', 'Air temperature [K]', 'Öldruck', '  x ', 'UDI'].map(slugOf),
    ).toEqual(['volume-flow-rate-rms', 'accelerometer1-rms', 'air-temperature-k', 'oeldruck', 'x', 'udi']);
  });
});
