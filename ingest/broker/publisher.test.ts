import { afterEach, expect, test } from 'vitest';
import { publish as publishPacket, type RawBroker, rawBroker, type RawPeer } from '#test/contract/raw-mqtt.ts';
import { Publisher } from './publisher.ts';

let broker: RawBroker | undefined;
let publisher: Publisher | undefined;
afterEach(async () => {
  await publisher?.stop();
  await broker?.close();
});

const make = (url: string, window = 10) =>
  new Publisher({ url, clientId: 'replay', now: Date.now, window, pauseMs: 10 });

async function accept(peer: RawPeer): Promise<void> {
  peer.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0 }, 5);
}

const payloads = (peer: RawPeer) => peer.all('publish').map(({ payload }) => payload.toString());

test('it waits while the window is full, and publishes again in order what a connection took with it', async () => {
  broker = await rawBroker();
  publisher = make(broker.url);
  const started = publisher.start();
  const first = await broker.next();
  await accept(first);
  await started;
  let sent = 0;
  const publishing = (async () => {
    for (; sent < 30; sent++) await publisher?.publish('machines/m-1/a', String(sent));
    await publisher?.flush();
  })();
  const seen = await first.some('publish', 10);
  expect(sent).toBe(9);
  for (const { messageId } of seen.slice(0, 4))
    first.send({ cmd: 'puback', messageId: messageId ?? 0, reasonCode: 0 }, 5);
  await first.some('publish', 14);
  first.socket.destroy();
  const second = await broker.next();
  await accept(second);
  for (let count = 1; count <= 26; count++) {
    const packet = (await second.some('publish', count)).at(-1);
    second.send({ cmd: 'puback', messageId: packet?.messageId ?? 0, reasonCode: 0 }, 5);
  }
  await publishing;
  expect(payloads(first)).toEqual(Array.from({ length: 14 }, (_, i) => String(i)));
  expect(payloads(second)).toEqual(Array.from({ length: 26 }, (_, i) => String(i + 4)));
  expect(publisher.acknowledged).toBe(30);
});

test('what the broker refuses is told and not published again', async () => {
  broker = await rawBroker();
  publisher = make(broker.url);
  const started = publisher.start();
  const peer = await broker.next();
  await accept(peer);
  await started;
  await publisher.publish('machines/m-2/a', 'x');
  const [packet] = await peer.some('publish');
  peer.send({ cmd: 'puback', messageId: packet?.messageId ?? 0, reasonCode: 0x87 }, 5);
  await publisher.flush();
  expect(publisher.takeRefused()).toEqual([
    { topic: 'machines/m-2/a', reason: expect.stringContaining('Not authorized') },
  ]);
  expect(publisher.acknowledged).toBe(0);
  expect(payloads(peer)).toEqual(['x']);
});

test('messages sent to it are no concern of its', async () => {
  broker = await rawBroker();
  publisher = make(broker.url);
  const started = publisher.start();
  const peer = await broker.next();
  await accept(peer);
  await started;
  peer.send(publishPacket('machines/m-1/commands', 'x', 1), 5);
  await publisher.publish('machines/m-1/a', 'y');
  expect((await peer.some('publish'))[0]?.payload.toString()).toBe('y');
});

test('a broker that is away, or refuses, is told at the start', async () => {
  broker = await rawBroker();
  const { url } = broker;
  publisher = make(url);
  const refused = publisher.start();
  const peer = await broker.next();
  peer.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0x86 }, 5);
  await expect(refused).rejects.toThrow(/Not connected to mqtt:.*Bad User Name or Password/i);
  await broker.close();
  broker = undefined;
  await expect(make(url).start()).rejects.toThrow(`Not connected to ${url}: nobody listens there (ECONNREFUSED)`);
});
