/** Mistakes made on purpose around single parts, and the fault of the catalogue that finds each. Those of whole runs are in `test/simulation`. */
import { expect, onTestFinished, test } from 'vitest';
import { openMqtt, type OpenMqtt } from '#ingest/broker/mqtt.ts';
import type { MessageSink } from '#ingest/broker/port.ts';
import { Subscriber } from '#ingest/broker/subscriber.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { assured, bestEffort, retained, type Spoken, Store } from '#test/contract/broker.ts';
import { message, readAll, texts } from '#test/contract/journal.ts';
import { publish, rawClient } from '#test/contract/raw-mqtt.ts';
import { startMosquitto } from '#test/servers/mosquitto.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

const MESSAGES = 50;
const login = (username: string) => ({ username, clientId: username, password: 'only-for-tests' });

/** A6: the broker is restarted in order while ingest is away and messages come; what of them arrives afterwards. */
async function brokerRestarted(open: OpenMqtt = openMqtt): Promise<number> {
  const mosquitto = await startMosquitto({ users: { house: 'only-for-tests', 'm-1': 'only-for-tests' } });
  onTestFinished(() => mosquitto.stop());
  const begin = async (store: Store): Promise<Subscriber> => {
    const options = { url: mosquitto.url, ...login('house'), prefix: 'machines', now: Date.now, pauseMs: 50, open };
    const subscriber = new Subscriber(options);
    await subscriber.start(store.sink);
    const machine = await rawClient(mosquitto.url, login('m-1'));
    // A subscription takes effect a moment after the connection: the first word that arrives says so.
    await expect
      .poll(() => {
        machine.send(publish('machines/m-1/telemetry', 'hello'));
        return store.texts().includes('hello');
      })
      .toBe(true);
    machine.socket.destroy();
    await machine.closed;
    return subscriber;
  };
  const before = await begin(new Store());
  await before.stop();
  const machine = await rawClient(mosquitto.url, login('m-1'));
  for (let n = 1; n <= MESSAGES; n++) machine.send(publish('machines/m-1/telemetry', String(n), n));
  await machine.some('puback', MESSAGES);
  await mosquitto.restart();
  const store = new Store();
  const after = await begin(store);
  const arrived = new Set(store.texts().filter((text) => text !== 'hello')).size;
  await after.stop();
  return arrived;
}

test('A6 a broker that is restarted while ingest is away loses nothing', async () => {
  expect(await brokerRestarted()).toBe(MESSAGES);
});

test('A6 the mutant that asks the broker for no session loses it all', async () => {
  expect(await brokerRestarted((options, handlers) => openMqtt({ ...options, sessionSeconds: 0 }, handlers))).toBe(0);
});

/** A story that every source must pass, at mosquitto, around one mistake. */
async function atMosquitto(
  story: (spoken: Spoken) => Promise<void>,
  { open = openMqtt, sink = (own) => own }: { open?: OpenMqtt; sink?: (own: MessageSink) => MessageSink },
): Promise<void> {
  const users = { house: 'secret', 'm-1': 'secret' };
  const mosquitto = await startMosquitto({ users });
  onTestFinished(() => mosquitto.stop());
  const { url } = mosquitto;
  const store = new Store();
  let subscriber: Subscriber | undefined;
  let [restarts, subscriptions] = [0, 0];
  const telling: OpenMqtt = (options, handlers) => {
    const connection = open(options, handlers);
    const subscribe = connection.subscribe.bind(connection);
    connection.subscribe = async (filters) => {
      const refused = await subscribe(filters);
      subscriptions++;
      return refused;
    };
    return connection;
  };
  const restart = async (): Promise<void> => {
    await subscriber?.stop();
    const house = { username: 'house', clientId: 'house', password: 'secret' };
    const next = new Subscriber({ url, ...house, prefix: 'machines', now: Date.now, pauseMs: 50, open: telling });
    subscriber = next;
    await next.start(sink(store.sink));
    restarts++;
    await expect.poll(() => subscriptions).toBe(restarts);
  };
  onTestFinished(() => subscriber?.stop());
  await restart();
  await story({ url, store, restart, waitMs: 500 });
}

test('B9 the mutant that drops what nobody waits for is found out', async () => {
  const open: OpenMqtt = (options, handlers) =>
    openMqtt(options, {
      ...handlers,
      message: (received, next) => (received.id === 0 ? next() : handlers.message(received, next)),
    });
  await expect(atMosquitto(bestEffort, { open })).rejects.toThrow('to deeply equal');
});

test('B10 the mutant that takes a message when it comes and again when it is released is found out', async () => {
  const twice =
    (own: MessageSink): MessageSink =>
    (batch) =>
      own(batch.flatMap((one) => [one, one]));
  await expect(atMosquitto(assured, { sink: twice })).rejects.toThrow('to deeply equal');
});

test('B11 the mutant that takes what was retained for new is found out', async () => {
  // A subscription of MQTT 3.1.1 cannot but be sent it.
  const open: OpenMqtt = (options, handlers) =>
    openMqtt(
      { ...options, version: 4 },
      { ...handlers, message: (received, next) => handlers.message({ ...received, retained: false }, next) },
    );
  await expect(atMosquitto(retained, { open })).rejects.toThrow('to deeply equal');
});

/** B7: two that write one journal; how many of twenty messages are in it in the end. */
async function twoWriters(withLock: boolean): Promise<number> {
  const dir = await tempDir('journal');
  onTestFinished(() => removeDir(dir));
  const none = { release: async () => undefined };
  const [one, other] = [0, 1].map(
    () => new FileJournalWriter({ dir, ...(withLock ? {} : { lock: async () => none }) }),
  );
  if (!one || !other) throw new Error('no writers');
  await one.start();
  const second = await other.start().then(
    () => other,
    () => one,
  );
  for (let n = 0; n < 20; n++) await (n % 2 ? one : second).append([message(`${n}`)]);
  await one.stop();
  if (second === other) await other.stop();
  const reader = new FileJournalReader({ dir });
  const { records } = await readAll(reader);
  await reader.stop();
  return new Set(texts(records)).size;
}

test('B7 of two that would write one journal the second is refused', async () => {
  expect(await twoWriters(true)).toBe(20);
});

test('B7 the mutant without a lock loses messages', async () => {
  expect(await twoWriters(false)).toBeLessThan(20);
});
