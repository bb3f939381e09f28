/** A15: the network between broker and ingest is cut, held and slow; nothing is lost, and silence is noticed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openMqtt, type OpenMqtt } from '#ingest/broker/mqtt.ts';
import { Subscriber } from '#ingest/broker/subscriber.ts';
import { Store } from '#test/contract/broker.ts';
import { startMosquitto } from '#test/servers/mosquitto.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';
import { Proxy } from './proxy.ts';

const KEEPALIVE_SECONDS = 4;
const PER_SECOND = 2_000;
const CUTS = 20;
const message = (n: number) => ({ topic: `machines/m-${n % 5}/telemetry`, payload: String(n) });

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function begin(open: OpenMqtt = openMqtt) {
  const mosquitto = await startMosquitto({ users: { house: 'only-for-tests', gateway: 'only-for-tests' } });
  ending.push(() => mosquitto.stop());
  const proxy = await Proxy.before(mosquitto.url);
  ending.push(() => proxy.stop());
  const store = new Store();
  const subscriber = new Subscriber({
    url: `mqtt://127.0.0.1:${proxy.port}`,
    clientId: 'house',
    username: 'house',
    password: 'only-for-tests',
    prefix: 'machines',
    now: Date.now,
    open,
    pauseMs: 50,
    keepaliveSeconds: KEEPALIVE_SECONDS,
  });
  await subscriber.start(store.sink);
  ending.push(() => subscriber.stop());
  await expect.poll(() => subscriber.state().connected).toBe(true);
  await sleep(200);
  const login = { username: 'gateway', password: 'only-for-tests' };
  const publisher = await LedgerPublisher.connect(mosquitto.url, login, PER_SECOND, message);
  publisher.start();
  return { proxy, store, subscriber, publisher };
}

/** Numbers that were acknowledged to the publisher and are not in the store. */
async function missing(publisher: LedgerPublisher, store: Store): Promise<number[]> {
  const ledger = await publisher.stop();
  const lost = () => {
    const stored = new Set(store.texts());
    return ledger.filter((n) => !stored.has(String(n)));
  };
  for (let quiet = 0, before = -1; quiet < 10; await sleep(300)) {
    const now = store.messages.length;
    quiet = now === before ? quiet + 1 : 0;
    before = now;
    if (lost().length === 0) break;
  }
  return lost();
}

async function cuts(open?: OpenMqtt): Promise<number[]> {
  const { proxy, store, publisher } = await begin(open);
  // Long enough that every cut meets messages that are held.
  store.delayMs = 40;
  for (let n = 0; n < CUTS; n++) {
    await sleep(100 + Math.random() * 400);
    proxy.cut();
  }
  return missing(publisher, store);
}

test('twenty cuts at 2,000 messages a second lose nothing', async () => {
  expect(await cuts()).toEqual([]);
  await measured('network cut', {
    row: `${CUTS} cut connections at ${PER_SECOND} messages/s`,
    figures: 'nothing missing',
  });
});

test('mutant: a subscriber that acknowledges before it stores is found out by the cuts', async () => {
  const acknowledgesAtOnce: OpenMqtt = (options, handlers) => {
    const connection = openMqtt(options, {
      ...handlers,
      message(received, next) {
        connection.acknowledge([received.id]);
        handlers.message(received, next);
      },
    });
    return connection;
  };
  expect((await cuts(acknowledgesAtOnce)).length).toBeGreaterThan(0);
});

test('a cable pulled out is noticed within one and a half keepalives, and nothing is lost', async () => {
  const { proxy, store, subscriber, publisher } = await begin();
  await sleep(1_000);
  const before = performance.now();
  proxy.hold();
  const within = { timeout: KEEPALIVE_SECONDS * 1_500 + 2_000, interval: 20 };
  await expect.poll(() => subscriber.state().connected, within).toBe(false);
  expect(performance.now() - before).toBeLessThan(KEEPALIVE_SECONDS * 1_500 + 1_000);
  await sleep(1_000);
  proxy.release();
  expect(await missing(publisher, store)).toEqual([]);
});

test('a network that is 300 ms slow costs time and nothing else', async () => {
  const { proxy, store, subscriber, publisher } = await begin();
  proxy.slow(300);
  await sleep(4_000);
  expect(subscriber.state().connected).toBe(true);
  proxy.slow(0);
  expect(await missing(publisher, store)).toEqual([]);
});
