/**
 * What only a broker that misbehaves on purpose can show, each with the mistake that would lose messages: made by a wrapper
 * around the connection, and seen by the same test.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type MqttConnection, type OpenMqtt, openMqtt } from '#ingest/broker/mqtt.ts';
import type { SourceNotice } from '#ingest/broker/port.ts';
import { SessionMark } from '#ingest/broker/session-mark.ts';
import { Subscriber } from '#ingest/broker/subscriber.ts';
import { Store } from '#test/contract/broker.ts';
import { publish, type RawBroker, type RawPeer, rawBroker } from '#test/contract/raw-mqtt.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

let broker: RawBroker | undefined;
let subscriber: Subscriber | undefined;
afterEach(async () => {
  await subscriber?.stop();
  await broker?.close();
});

async function begin(store: Store, open: OpenMqtt = openMqtt, version: 4 | 5 = 5): Promise<RawBroker> {
  broker = await rawBroker(version);
  subscriber = new Subscriber({
    url: broker.url,
    clientId: 'leitwarte',
    prefix: 'machines',
    now: Date.now,
    open,
    pauseMs: 10,
    retryMs: 10,
    keepaliveSeconds: 10,
  });
  await subscriber.start(store.sink);
  return broker;
}

/** Accepts the connection and its subscriptions. */
async function accept(peer: RawPeer, sessionPresent = false, version: 4 | 5 = 5): Promise<void> {
  peer.send({ cmd: 'connack', sessionPresent, returnCode: 0, reasonCode: 0 }, version);
  for (const subscribed of [1, 2, 3]) {
    const packet = (await peer.some('subscribe', subscribed)).at(-1);
    peer.send({ cmd: 'suback', messageId: packet?.messageId ?? 0, granted: [1] }, version);
  }
}

const acknowledged = (peer: RawPeer) => peer.all('puback').map(({ messageId }) => messageId);

/** A subscriber's connection with one thing done wrongly. */
const mutant =
  (change: (connection: MqttConnection) => Partial<MqttConnection>): OpenMqtt =>
  (options, handlers) => {
    const connection = openMqtt(options, handlers);
    const whole: MqttConnection = {
      acknowledge: (ids) => connection.acknowledge(ids),
      subscribe: (filters) => connection.subscribe(filters),
      follow: (topic) => connection.follow(topic),
      publish: (topic, payload, retain) => connection.publish(topic, payload, retain),
      end: () => connection.end(),
    };
    return Object.assign(whole, change(whole));
  };

/** A connection that counts the messages it has handed on. */
function counting(open: OpenMqtt): { readonly open: OpenMqtt; readonly taken: () => number } {
  let taken = 0;
  return {
    taken: () => taken,
    open: (options, handlers) =>
      open(options, {
        ...handlers,
        message(message, next) {
          taken++;
          handlers.message(message, next);
        },
      }),
  };
}

const acknowledgesAtOnce: OpenMqtt = (options, handlers) => {
  const connection: MqttConnection = openMqtt(options, {
    ...handlers,
    message(message, next) {
      connection.acknowledge([message.id]);
      handlers.message(message, next);
    },
  });
  return connection;
};

/** B1: held is held, and the next ones come all the same. */
async function holds(open: OpenMqtt): Promise<unknown> {
  const store = new Store();
  const release = store.hold();
  const counter = counting(open);
  const peer = await (await begin(store, counter.open)).next();
  await accept(peer);
  for (const id of [1, 2, 3]) peer.send(publish('machines/m-1/a', String(id), id), 5);
  await expect.poll(counter.taken).toBe(3);
  // Whoever acknowledges too early has done so when it took the message.
  await Promise.race([peer.some('puback', 3), sleep(200)]);
  const early = acknowledged(peer);
  release();
  await peer.some('puback', 3);
  return { early, then: acknowledged(peer), stored: store.texts() };
}

test('B1: no acknowledgement before the sink has stored, and the next messages come meanwhile', async () => {
  expect(await holds(openMqtt)).toEqual({ early: [], then: [1, 2, 3], stored: ['1', '2', '3'] });
});

test('B1 mutant: a client that acknowledges at once is found out', async () => {
  expect(await holds(acknowledgesAtOnce)).not.toMatchObject({ early: [] });
});

/** B2: A is held, the broker comes back without its state, and B has the same id. */
async function staleIds(open: OpenMqtt): Promise<number[]> {
  const store = new Store();
  const release = store.hold();
  const raw = await begin(store, open);
  const first = await raw.next();
  await accept(first);
  first.send(publish('machines/m-1/a', 'A', 1), 5);
  await expect.poll(() => store.asked).toBe(1);
  first.socket.destroy();
  const second = await raw.next();
  await accept(second);
  release();
  // Storing B fails for good: whatever acknowledges id 1 here loses B.
  await expect.poll(() => store.texts()).toEqual(['A']);
  store.refuses = true;
  second.send(publish('machines/m-1/a', 'B', 1), 5);
  await Promise.race([second.some('puback'), sleep(600)]);
  return acknowledged(second).map((id) => id ?? 0);
}

test('B2: what a connection has brought is acknowledged on no other', async () => {
  expect(await staleIds(openMqtt)).toEqual([]);
});

test('B2 mutant: acknowledging on whichever connection there is is found out', async () => {
  // As mqtt.js' own queue does: what could not be sent goes out by the next connection.
  let latest: MqttConnection['acknowledge'] | undefined;
  const open = mutant((connection) => {
    latest = connection.acknowledge;
    return { acknowledge: (ids) => latest?.(ids) };
  });
  expect(await staleIds(open)).toEqual([1]);
});

/** B3: commits of very different length, and a retained message in between. */
async function order(open: OpenMqtt): Promise<number[]> {
  const store = new Store();
  const peer = await (await begin(store, open)).next();
  await accept(peer);
  for (let id = 1; id <= 60; id++) {
    store.delayMs = (id * 7) % 13;
    peer.send(publish('machines/m-1/a', String(id), id, id % 10 === 0), 5);
    if (id % 4 === 0) await sleep(3);
  }
  await peer.some('puback', 60);
  return acknowledged(peer).map((id) => id ?? 0);
}

test('B3: acknowledgements go out in the order of arrival, whatever a commit takes', async () => {
  expect(await order(openMqtt)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  expect(subscriber?.counts()).toMatchObject({ stored: 54, retained: 6 });
});

test('B3 mutant: acknowledging the last first is found out', async () => {
  const open = mutant((connection) => {
    const acknowledge = connection.acknowledge;
    return { acknowledge: (ids) => acknowledge(ids.toReversed()) };
  });
  expect(await order(open)).not.toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
});

/** Resolves when a number has not changed for half a second. */
async function still(number: () => number): Promise<void> {
  for (let before = -1; before !== number(); await sleep(500)) before = number();
}

/** B4: a broker that sends far more than was agreed while nothing can be stored. */
async function flood(open: OpenMqtt): Promise<{ offered: number; stored: number }> {
  const store = new Store();
  const counter = counting(open);
  const peer = await (await begin(store, counter.open)).next();
  await accept(peer);
  store.refuses = true;
  const count = 60_000;
  const payload = 'x'.repeat(100);
  for (let i = 0; i < count; i++) peer.send(publish('machines/m-1/a', payload, 1 + (i % 60_000)), 5);
  await expect.poll(() => store.refusals).toBeGreaterThan(5);
  await still(counter.taken);
  const offered = counter.taken();
  store.refuses = false;
  await expect.poll(() => store.messages.length, { timeout: 60_000 }).toBe(count);
  return { offered, stored: store.messages.length };
}

test('B4: however much the broker sends, no more than the high-water mark is held, and all of it is stored in the end', async () => {
  const { offered, stored } = await flood(openMqtt);
  expect(offered).toBeLessThanOrEqual(2_000);
  expect(stored).toBe(60_000);
});

test('B4 mutant: reading on regardless is found out', async () => {
  const open: OpenMqtt = (options, handlers) =>
    openMqtt(options, {
      ...handlers,
      message(message, next) {
        handlers.message(message, () => undefined);
        next();
      },
    });
  expect((await flood(open)).offered).toBeGreaterThan(2_000);
});

/** B5: ids that come again while their first message is still held, as mosquitto does with an unlimited window. */
async function reusedIds(open: OpenMqtt): Promise<{ acknowledged: number; stored: number }> {
  const store = new Store();
  store.delayMs = 30;
  const peer = await (await begin(store, open)).next();
  await accept(peer);
  for (let i = 0; i < 500; i++) peer.send(publish('machines/m-1/a', String(i), 1 + (i % 100)), 5);
  await expect.poll(() => store.messages.length).toBe(500);
  await Promise.race([peer.some('puback', 500), sleep(3_000)]);
  return { acknowledged: acknowledged(peer).length, stored: new Set(store.texts()).size };
}

test('B5: packet ids used again while in flight lose nothing: each message is stored and acknowledged', async () => {
  expect(await reusedIds(openMqtt)).toEqual({ acknowledged: 500, stored: 500 });
});

test('B5 mutant: keeping acknowledgements by id is found out', async () => {
  const open = mutant((connection) => {
    const acknowledge = connection.acknowledge;
    return { acknowledge: (ids) => acknowledge([...new Set(ids)]) };
  });
  expect((await reusedIds(open)).acknowledged).toBeLessThan(500);
});

/** B6: a broker that refuses three times, each for another reason, and then accepts. */
async function refusals(open: OpenMqtt, waitMs = 20_000): Promise<void> {
  const raw = await begin(new Store(), open);
  const next = (): Promise<RawPeer> =>
    Promise.race([
      raw.next(),
      sleep(waitMs, undefined, { ref: false }).then(() => {
        throw new Error('it does not try again');
      }),
    ]);
  for (const reasonCode of [0x86, 0x88, 0x97]) {
    const peer = await next();
    peer.send({ cmd: 'connack', sessionPresent: false, reasonCode }, 5);
    await peer.closed;
    await expect.poll(() => subscriber?.state().detail).toMatch(/^Not connected to mqtt:.*Connection refused: /);
  }
  await accept(await next());
  await expect.poll(() => subscriber?.state()).toMatchObject({ connected: true });
}

test('B6: a broker that refuses for now is tried again, with the mend in words', async () => {
  await expect(refusals(openMqtt)).resolves.toBeUndefined();
});

test('B6 mutant: a client that gives up when it is refused is found out', async () => {
  let tries = 0;
  const open: OpenMqtt = (options, handlers) =>
    tries++ === 0
      ? openMqtt(options, handlers)
      : {
          acknowledge: () => undefined,
          subscribe: () => Promise.resolve([]),
          follow: () => Promise.resolve(true),
          publish: () => Promise.resolve(undefined),
          end: () => handlers.closed({ reason: 'given up', code: undefined, hungUp: false }),
        };
  await expect(refusals(open, 500)).rejects.toThrow('it does not try again');
});

test.each([
  ['refuses MQTT 5 as 3.1.1 says it', 1],
  ['refuses MQTT 5 as 5 says it', 0x84],
])('a broker that %s is spoken to in 3.1.1', async (_name, code) => {
  const raw = await begin(new Store(), openMqtt, 4);
  const first = await raw.next();
  first.socket.write(code === 1 ? Buffer.from([0x20, 2, 0, 1]) : Buffer.from([0x20, 3, 0, code, 0]));
  const second = await raw.next();
  expect((await second.some('connect'))[0]).toMatchObject({ protocolVersion: 4, clean: false, clientId: 'leitwarte' });
  await accept(second, false, 4);
  await expect.poll(() => subscriber?.state().detail).toMatch(/with MQTT 3\.1\.1/);
});

test('a broker that hangs up without a word is tried in 3.1.1 as well', async () => {
  const raw = await begin(new Store(), openMqtt, 4);
  const versions: (number | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    const peer = await raw.next();
    versions.push((await peer.some('connect'))[0]?.protocolVersion);
    peer.socket.end();
  }
  expect(versions).toContain(5);
  expect(versions).toContain(4);
});

test('it asks for a session the broker keeps, for no retained messages, and subscribes anew at every connection', async () => {
  const raw = await begin(new Store());
  for (const sessionPresent of [false, true]) {
    const peer = await raw.next();
    await accept(peer, sessionPresent);
    expect((await peer.some('connect'))[0]).toMatchObject({
      clean: false,
      protocolVersion: 5,
      properties: { receiveMaximum: 1_000, sessionExpiryInterval: 7 * 86_400 },
    });
    const subscriptions = peer.all('subscribe').flatMap((packet) => packet.subscriptions);
    expect(subscriptions).toMatchObject([
      { topic: 'machines/#', qos: 1, rh: 2 },
      { topic: 'spBv1.0/#', qos: 1, rh: 2 },
      // What the broker tells of itself: as it told it last.
      { topic: '$SYS/broker/publish/messages/dropped', qos: 0, rh: 0 },
    ]);
    peer.socket.destroy();
  }
});

test('a session the broker has lost is told, and so is a subscription it refuses', async () => {
  const raw = await begin(new Store());
  const told: string[] = [];
  subscriber?.onNotice(({ kind }) => told.push(kind));
  const first = await raw.next();
  await accept(first);
  first.socket.destroy();
  const second = await raw.next();
  second.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0 }, 5);
  await expect.poll(() => told).toEqual(['session-lost']);
  for (const [index, code] of [1, 0x87].entries()) {
    const subscribe = (await second.some('subscribe', index + 1)).at(-1);
    second.send({ cmd: 'suback', messageId: subscribe?.messageId ?? 0, granted: [code] }, 5);
  }
  await expect.poll(() => told).toEqual(['session-lost', 'subscription-refused']);
});

test('a session lost between two processes is told by the second, with when the first was last connected', async () => {
  const dir = await tempDir('mark');
  const file = path.join(dir, 'broker-session.json');
  broker = await rawBroker(5);
  const at = (now: number) =>
    new Subscriber({
      url: broker?.url ?? '',
      clientId: 'leitwarte',
      prefix: 'machines',
      now: () => now,
      mark: new SessionMark(file, 'house@broker'),
    });
  const first = at(1_000);
  await first.start(new Store().sink);
  const peer = await broker.next();
  await accept(peer);
  await first.stop();
  subscriber = at(9_000);
  const told: SourceNotice[] = [];
  subscriber.onNotice((notice) => told.push(notice));
  await subscriber.start(new Store().sink);
  await accept(await broker.next(), false);
  await expect.poll(() => told).toMatchObject([{ kind: 'session-lost', since: 1_000 }]);
  // Another broker, or another user there, is another session.
  expect(new SessionMark(file, 'house@elsewhere').lastAt()).toBeUndefined();
  await removeDir(dir);
});

test('while nothing can be stored it leaves before the broker takes it for dead, and comes back when there is room', async () => {
  const store = new Store();
  broker = await rawBroker(5);
  subscriber = new Subscriber({
    url: broker.url,
    clientId: 'leitwarte',
    prefix: 'machines',
    now: Date.now,
    pauseMs: 10,
    retryMs: 20,
    keepaliveSeconds: 1,
  });
  await subscriber.start(store.sink);
  const first = await broker.next();
  await accept(first);
  store.refuses = true;
  first.send(publish('machines/m-1/a', 'kept by the broker', 1), 5);
  await first.some('disconnect');
  await first.closed;
  expect(acknowledged(first)).toEqual([]);
  await expect.poll(() => subscriber?.state().detail).toContain('cannot be stored');
  expect(subscriber.state().connected).toBe(false);
  await sleep(1_500);
  expect(broker.count()).toBe(1);
  store.refuses = false;
  const second = await broker.next();
  await accept(second, true);
  second.send(publish('machines/m-1/a', 'kept by the broker', 1), 5);
  await second.some('puback');
  expect(store.texts()).toEqual(['kept by the broker']);
});

/** A18: three messages have come and are being stored when it is asked to stop. */
async function stops(open: OpenMqtt): Promise<void> {
  const store = new Store();
  store.delayMs = 100;
  const counter = counting(open);
  const peer = await (await begin(store, counter.open)).next();
  await accept(peer);
  for (const id of [1, 2, 3]) peer.send(publish('machines/m-1/a', String(id), id), 5);
  await expect.poll(counter.taken, { interval: 5 }).toBe(3);
  await subscriber?.stop();
  await peer.closed;
  expect({ acknowledged: acknowledged(peer), stored: store.texts() }).toEqual({
    acknowledged: [1, 2, 3],
    stored: ['1', '2', '3'],
  });
  expect(peer.all('disconnect')).toHaveLength(1);
}

test('stop stores and acknowledges what has come, and leaves', async () => {
  await expect(stops(openMqtt)).resolves.toBeUndefined();
});

test('A18 mutant: a client that leaves without acknowledging what it has stored is found out', async () => {
  const open = mutant(() => ({ acknowledge: () => undefined }));
  await expect(stops(open)).rejects.toThrow('to deeply equal');
});
