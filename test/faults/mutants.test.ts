/** Mistakes made on purpose around single parts, and the fault of the catalogue that finds each. Those of whole runs are in `test/simulation`. */
import { expect, onTestFinished, test } from 'vitest';
import { openMqtt, type OpenMqtt } from '#ingest/broker/mqtt.ts';
import { Subscriber } from '#ingest/broker/subscriber.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { Store } from '#test/contract/broker.ts';
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
