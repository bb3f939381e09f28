import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '#test/contract/broker.ts';
import { publish, rawClient, rawConnect, type RawPeer } from '#test/contract/raw-mqtt.ts';
import type { Identity } from './credentials.ts';
import { EmbeddedBroker, type EmbeddedBrokerOptions } from './embedded.ts';

let broker: EmbeddedBroker;
let store: Store;
let url: string;
let changed: (machine: string) => void;
let verify: (username: string, password: string) => Promise<Identity | null>;

function make(options: Partial<EmbeddedBrokerOptions> = {}): EmbeddedBroker {
  return new EmbeddedBroker({
    prefix: 'machines',
    isMachine: () => false,
    host: '127.0.0.1',
    port: 0,
    credentials: {
      verify: (username, password) => verify(username, password),
      onChange(listener) {
        changed = listener;
        return () => undefined;
      },
    },
    trustLoopback: false,
    now: Date.now,
    retryMs: 20,
    ...options,
  });
}

async function start(options: Partial<EmbeddedBrokerOptions> = {}): Promise<void> {
  broker = make(options);
  await broker.start(store.sink);
  url = `mqtt://127.0.0.1:${broker.address().port}`;
}

beforeEach(() => {
  store = new Store();
  verify = (username, password) => {
    if (password !== 'secret') return Promise.resolve(null);
    return Promise.resolve(username === 'house' ? { house: true } : { machine: username });
  };
});
afterEach(() => broker.stop());

const machine = (id: string) => rawClient(url, { username: id, password: 'secret', clientId: id });

test('the acknowledgement comes after the sink, and several messages share one commit', async () => {
  await start();
  const release = store.hold();
  const client = await machine('m-1');
  for (const id of [1, 2, 3]) client.send(publish('machines/m-1/a', String(id), id));
  await expect.poll(() => store.asked).toBeGreaterThan(0);
  await sleep(60);
  expect({ acknowledged: client.all('puback').length, stored: store.texts() }).toEqual({ acknowledged: 0, stored: [] });
  release();
  await client.some('puback', 3);
  expect(store.texts()).toEqual(['1', '2', '3']);
  client.socket.destroy();
});

test('a port in use is told with the port and the mend', async () => {
  await start();
  const { port } = broker.address();
  const second = make({ port });
  await expect(second.start(store.sink)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use, so the embedded broker cannot listen. Set MQTT_PORT to a free one, or MQTT_URL`,
  );
});

test('a revoked machine is gone at once, the others stay', async () => {
  await start();
  const [revoked, second, other] = [
    await machine('m-1'),
    await rawClient(url, { username: 'm-1', password: 'secret', clientId: 'x' }),
    await machine('m-2'),
  ];
  changed('m-1');
  await Promise.all([revoked.closed, second.closed]);
  other.send(publish('machines/m-2/a', 'still here', 1));
  await other.some('puback');
  expect(store.texts()).toEqual(['still here']);
  other.socket.destroy();
});

test('a machine revoked while its password is checked does not get in', async () => {
  await start();
  let revoked = false;
  let checks = 0;
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  verify = async (username) => {
    const identity = revoked ? null : { machine: username };
    checks++;
    await asked;
    return identity;
  };
  const client = await rawConnect(url, { username: 'm-1', password: 'secret', clientId: 'm-1' });
  await expect.poll(() => checks).toBe(1);
  revoked = true;
  changed('m-1');
  answer();
  expect((await client.some('connack'))[0]?.returnCode).toBe(4);
});

test('without a password nobody gets in, except in the demo from this computer', async () => {
  await start();
  const refused = await rawConnect(url, { clientId: 'x' });
  expect((await refused.some('connack'))[0]?.returnCode).toBe(4);
  await broker.stop();
  await start({ trustLoopback: true });
  const client = await rawClient(url, { clientId: 'x' });
  client.send(publish('machines/any/a', 'demo', 1));
  await client.some('puback');
  expect(store.texts()).toEqual(['demo']);
  const wrong = await rawConnect(url, { username: 'm-1', password: 'wrong' });
  expect((await wrong.some('connack'))[0]?.returnCode).toBe(4);
  client.socket.destroy();
});

test('passwords that cannot be checked are no wrong passwords', async () => {
  await start();
  verify = () => Promise.reject(new Error('database away'));
  const client = await rawConnect(url, { username: 'm-1', password: 'secret' });
  expect((await client.some('connack'))[0]?.returnCode).toBe(3);
});

async function subscribe(client: RawPeer, topic: string): Promise<unknown> {
  client.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic, qos: 1 }] });
  return (await client.some('suback')).at(-1)?.granted;
}

test('a machine hears only what is its own; the house hears all', async () => {
  await start();
  const [spy, owner, house] = [await machine('m-2'), await machine('m-1'), await machine('house')];
  expect(await subscribe(spy, 'machines/+/commands')).toEqual([128]);
  expect(await subscribe(owner, 'machines/m-1/commands')).toEqual([1]);
  expect(await subscribe(house, 'machines/#')).toEqual([1]);
  house.send(publish('machines/m-1/commands', 'go', 1));
  await owner.some('publish');
  await house.some('publish');
  expect(spy.all('publish')).toEqual([]);
  expect(broker.counts().refused).toBe(1);
  for (const client of [spy, owner, house]) client.socket.destroy();
});

test('what is published within the house is stored, and heard', async () => {
  await start();
  const house = await machine('house');
  await subscribe(house, '#');
  await broker.publish('machines/m-9/telemetry', Buffer.from('simulated'));
  expect(store.texts()).toEqual(['simulated']);
  expect((await house.some('publish'))[0]?.payload.toString()).toBe('simulated');
  house.socket.destroy();
});

/** A18: it is ended while a message is being stored. */
async function ends(end: (machine: RawPeer) => Promise<void>): Promise<void> {
  await start();
  const will = { topic: 'machines/m-1/connection', payload: Buffer.from('offline'), qos: 1, retain: true } as const;
  const client = await rawClient(url, { username: 'm-1', password: 'secret', clientId: 'a', will });
  const release = store.hold();
  client.send(publish('machines/m-1/a', 'last', 1));
  await expect.poll(() => store.asked, { interval: 5 }).toBe(1);
  const ended = end(client);
  release();
  await ended;
  await client.closed;
  expect(client.all('puback')).toHaveLength(1);
  expect(store.texts()).toEqual(['last']);
  expect(broker.state()).toMatchObject({ connected: false, detail: 'The embedded broker has ended.' });
}

test('ending it is not the machines falling silent, and loses nothing', async () => {
  await expect(ends(() => broker.stop())).resolves.toBeUndefined();
});

test('mutant: a broker that ends its connections before what they have said is stored is found out', async () => {
  const hasty = async (client: RawPeer): Promise<void> => {
    client.socket.destroy();
    await broker.stop();
  };
  await expect(ends(hasty)).rejects.toThrow('to have a length of 1 but got +0');
});

test('stop ends in good time though nothing can be stored', async () => {
  await start();
  store.refuses = true;
  const client = await machine('m-1');
  client.send(publish('machines/m-1/a', 'unacknowledged', 1));
  await expect.poll(() => store.refusals).toBeGreaterThan(0);
  await broker.stop();
  await client.closed;
  expect(client.all('puback')).toEqual([]);
});

test('while nothing can be stored no newcomer is let in to fill the memory, and all are afterwards', async () => {
  await start();
  const ids = ['m-1', 'm-2', 'm-3', 'm-4', 'm-5', 'm-6', 'm-7', 'm-8'];
  const clients = await Promise.all(ids.map(machine));
  store.refuses = true;
  for (const [index, client] of clients.entries()) {
    for (let id = 1; id <= 1_000; id++) client.send(publish(`machines/${ids[index]}/a`, String(id), id));
  }
  await expect.poll(() => store.refusals).toBeGreaterThan(3);
  const refused = await rawConnect(url, { username: 'm-9', password: 'secret' });
  expect((await refused.some('connack'))[0]?.returnCode).toBe(3);
  store.refuses = false;
  for (const client of clients) await client.some('puback', 1_000);
  (await machine('m-9')).socket.destroy();
  expect(store.texts()).toHaveLength(8_000);
  for (const client of clients) client.socket.destroy();
});

test('who takes long to say who it is gives way to who says it, and gets nothing meanwhile', async () => {
  await start({ maxConnections: 8 });
  const { hostname, port } = new URL(url);
  const slow = Array.from({ length: 5 }, () => connect(Number(port), hostname));
  for (const socket of slow) socket.on('error', () => undefined).resume();
  // Half a CONNECT each; four may be silent at a time.
  await Promise.all(slow.map((socket) => once(socket, 'connect')));
  for (const socket of slow) socket.write(Buffer.from([0x10, 0x40, 0x00, 0x04]));
  await expect.poll(() => slow.filter(({ closed }) => closed).length).toBe(1);
  const client = await machine('m-1');
  client.send(publish('machines/m-1/a', 'beside the slow', 1));
  await client.some('puback');
  for (const socket of slow) socket.destroy();
});

test('a machine may listen to a hundred filters on a connection, and asks for the same one as often as it likes', async () => {
  await start();
  const client = await machine('m-1');
  const ask = async (id: number, topic: string): Promise<unknown> => {
    client.send({ cmd: 'subscribe', messageId: id, subscriptions: [{ topic, qos: 0 }] });
    return (await client.some('suback', id))[id - 1]?.granted[0];
  };
  for (let n = 1; n <= 100; n++) expect(await ask(n, `machines/m-1/commands/${n}`)).toBe(0);
  expect(await ask(101, 'machines/m-1/commands/101')).toBe(128);
  expect(await ask(102, 'machines/m-1/commands/7')).toBe(0);
});

test('a machine that sends too much is read more slowly, on all its connections, and loses nothing; the house is not', async () => {
  await start({ packetsPerSecond: 500 });
  const told: string[] = [];
  broker.onNotice((notice) => told.push(notice.kind === 'slowed' ? notice.machine : notice.kind));
  const filler = 'x'.repeat(200);
  const flood = async (client: RawPeer, count: number): Promise<number> => {
    const from = performance.now();
    for (let n = 1; n <= count; n++) client.send(publish('machines/m-1/a', `${n} ${filler}`, n));
    await client.some('puback', count);
    return performance.now() - from;
  };
  const both = [
    await machine('m-1'),
    await rawClient(url, { username: 'm-1', password: 'secret', clientId: 'another' }),
  ] as const;
  const took = await Promise.all(both.map((client) => flood(client, 750)));
  // 1,500 at 500 a second, of which a second is free, and one piece read at once.
  expect(Math.max(...took)).toBeGreaterThan(1_500);
  expect(store.texts().length).toBe(1_500);
  const first = new Set(store.texts().map((text) => Number(text.split(' ')[0])));
  expect(first.size).toBe(750);
  expect(told).toEqual(['m-1']);
  await flood(await rawClient(url, { username: 'house', password: 'secret' }), 1_500);
  expect(told).toEqual(['m-1']);
});
