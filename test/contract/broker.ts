import { setTimeout as sleep } from 'node:timers/promises';
import type { Packet } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingMessage, MessageSource } from '#ingest/broker/port.ts';
import { Publisher } from '#ingest/broker/publisher.ts';
import { publish, rawClient, rawConnect } from '#test/contract/raw-mqtt.ts';

/** A broker with the machines m-1, m-2, m-3 (password `secret`) and the house's source of messages on it. */
export interface BrokerUnderTest {
  /** Where machines connect. */
  url(): string;
  /** A source on the broker, not started; asked for again after the last one has stopped: the house restarted. */
  source(): MessageSource;
  /** Ends the broker in an orderly way and starts it again, for the embedded one with the source's `start`. */
  restartBroker(source: MessageSource, start: (source: MessageSource) => Promise<void>): Promise<MessageSource>;
  /** A packet of more bytes is not taken. */
  readonly maxPacketBytes: number;
  close(): Promise<void>;
}

/** A sink that keeps what it was given, and refuses while told to. */
export class Store {
  readonly messages: { topic: string; text: string; at: number }[] = [];
  refuses = false;
  refusals = 0;
  delayMs = 0;
  /** Batches it was given, stored or not. */
  asked = 0;
  #held: Promise<void> | undefined;

  readonly sink = async (batch: readonly IncomingMessage[]): Promise<void> => {
    this.asked++;
    await this.#held;
    if (this.delayMs > 0) await sleep(this.delayMs);
    if (this.refuses) {
      this.refusals++;
      throw new Error('the disk is full');
    }
    for (const { topic, payload, at } of batch)
      this.messages.push({ topic, text: Buffer.from(payload).toString(), at });
  };

  /** From now on nothing gets stored, until what is answered is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  texts(machine?: string): string[] {
    const of = machine === undefined ? '' : `machines/${machine}/`;
    return this.messages.filter(({ topic }) => topic.startsWith(of)).map(({ text }) => text);
  }
}

const login = (machine: string, clientId = machine) => ({ username: machine, password: 'secret', clientId });
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => String(from + i));

/** A source that is connected, what it has stored, and how it is started again; mutants need not be waited for as long. */
export interface Spoken {
  readonly url: string;
  readonly store: Store;
  restart(): Promise<void>;
  readonly waitMs?: number;
}

const stores = async ({ store, waitMs = 20_000 }: Spoken, texts: readonly string[]): Promise<void> =>
  await expect.poll(() => store.texts(), { timeout: waitMs }).toEqual(texts);

/** B9: QoS 0 is taken like QoS 1. */
export async function bestEffort(spoken: Spoken): Promise<void> {
  const { url, store } = spoken;
  const client = await rawClient(url, login('m-1'));
  const bytes = Buffer.from([0, 255, 254, 10]);
  client.send(publish('machines/m-1/telemetry', bytes));
  client.send(publish('spBv1.0/group/NDATA/m-1', 'spark', 7));
  await client.some('puback');
  await stores(spoken, [bytes.toString(), 'spark']);
  expect(store.messages.map(({ topic }) => topic)).toEqual(['machines/m-1/telemetry', 'spBv1.0/group/NDATA/m-1']);
  client.socket.destroy();
}

/** B10: QoS 2 is taken like QoS 1. */
export async function assured(spoken: Spoken): Promise<void> {
  const client = await rawClient(spoken.url, login('m-1'));
  for (const id of [1, 2]) {
    client.send({ ...publish('machines/m-1/telemetry', `assured ${id}`, id), qos: 2 } as Packet);
    await client.some('pubrec', id);
    client.send({ cmd: 'pubrel', messageId: id });
    await client.some('pubcomp', id);
  }
  client.send(publish('machines/m-1/telemetry', 'at least', 3));
  await client.some('puback');
  await stores(spoken, ['assured 1', 'assured 2', 'at least']);
  client.socket.destroy();
}

/** B11: what the broker has retained is no news at a restart. */
export async function retained(spoken: Spoken): Promise<void> {
  const { url, restart } = spoken;
  const client = await rawClient(url, login('m-1'));
  client.send(publish('machines/m-1/telemetry', 'poison', 1, true));
  client.send(publish('machines/m-1/connection', 'online', 2, true));
  await client.some('puback', 2);
  await stores(spoken, ['poison', 'online']);
  client.socket.destroy();
  for (let again = 0; again < 2; again++) await restart();
  const again = await rawClient(url, login('m-1'));
  again.send(publish('machines/m-1/telemetry', 'fresh', 3));
  await stores(spoken, ['poison', 'online', 'fresh']);
  again.socket.destroy();
}

/** What every source of messages promises, whichever broker is behind it. */
export function brokerContract(name: string, make: () => Promise<BrokerUnderTest>): void {
  describe(`broker: ${name}`, () => {
    let broker: BrokerUnderTest;
    let source: MessageSource;
    let store: Store;
    const publishers: Publisher[] = [];

    async function startSource(next: MessageSource): Promise<void> {
      source = next;
      await next.start(store.sink);
      await expect.poll(() => next.state().connected, { timeout: 20_000 }).toBe(true);
      // A subscription takes effect a moment after the connection.
      await sleep(100);
    }

    async function publisher(machine: string): Promise<Publisher> {
      const made = new Publisher({ url: broker.url(), ...login(machine), now: Date.now, pauseMs: 50, patient: true });
      publishers.push(made);
      await made.start();
      return made;
    }

    const spoken = (): Spoken => ({
      url: broker.url(),
      store,
      async restart() {
        await source.stop();
        await startSource(broker.source());
      },
    });

    beforeEach(async () => {
      broker = await make();
      store = new Store();
      await startSource(broker.source());
    });
    afterEach(async () => {
      for (const made of publishers.splice(0)) await made.stop();
      await source.stop();
      await broker.close();
    });

    test('whatever was acknowledged is stored exactly once, in order for each machine, with its time', async () => {
      const from = Date.now();
      const machines = ['m-1', 'm-2', 'm-3'];
      await Promise.all(
        machines.map(async (machine) => {
          const made = await publisher(machine);
          for (const n of numbers(1_000)) await made.publish(`machines/${machine}/sensors/a`, n);
          await made.flush();
        }),
      );
      await expect.poll(() => store.messages.length).toBe(3_000);
      for (const machine of machines) expect(store.texts(machine)).toEqual(numbers(1_000));
      expect(store.messages.every(({ at }) => at >= from && at <= Date.now())).toBe(true);
      await expect.poll(() => source.counts()).toEqual({ stored: 3_000, retained: 0, refused: 0, failures: 0 });
    });

    test('bytes arrive as they were sent, of QoS 0 too, also under spBv1.0', async () => {
      await expect(bestEffort(spoken())).resolves.toBeUndefined();
    });

    test('what the house itself publishes is stored as well; while the source is down that is an error', async () => {
      await source.publish('machines/m-3/telemetry', Buffer.from('simulated'));
      await expect.poll(() => store.texts('m-3')).toEqual(['simulated']);
      await source.stop();
      await expect(source.publish('machines/m-3/telemetry', Buffer.from('late'))).rejects.toThrow(/broker/);
      expect(store.texts()).toEqual(['simulated']);
    });

    test('while storing fails nothing is lost, and nothing is stored twice afterwards', async () => {
      const notices: string[] = [];
      source.onNotice(({ kind }) => notices.push(kind));
      store.refuses = true;
      const made = await publisher('m-1');
      const publishing = (async () => {
        for (const n of numbers(2_000)) await made.publish('machines/m-1/sensors/a', n);
        await made.flush();
      })();
      await expect.poll(() => store.refusals).toBeGreaterThan(2);
      expect(store.messages).toEqual([]);
      expect(notices).toContain('storing-fails');
      store.refuses = false;
      await publishing;
      await expect.poll(() => store.messages.length, { timeout: 10_000 }).toBe(2_000);
      expect(store.texts()).toEqual(numbers(2_000));
    });

    test('a disk full for longer than the broker bears silence loses nothing either', async () => {
      const made = await publisher('m-1');
      store.refuses = true;
      const publishing = (async () => {
        for (const n of numbers(600)) await made.publish('machines/m-1/sensors/a', n);
        await made.flush();
      })();
      // The keepalive of the sources under test is two seconds.
      await sleep(4_000);
      expect(store.messages).toEqual([]);
      store.refuses = false;
      await publishing;
      await expect.poll(() => store.messages.length, { timeout: 15_000 }).toBe(600);
      expect(store.texts()).toEqual(numbers(600));
    });

    test('a restart of the house loses nothing that was acknowledged', async () => {
      const made = await publisher('m-1');
      const publishing = (async () => {
        for (const n of numbers(4_000)) {
          await made.publish('machines/m-1/sensors/a', n);
          if (Number(n) % 100 === 0) await sleep(5);
        }
        await made.flush();
      })();
      await expect.poll(() => store.messages.length).toBeGreaterThan(500);
      await source.stop();
      expect(source.state().connected).toBe(false);
      await sleep(200);
      await startSource(broker.source());
      await publishing;
      await expect.poll(() => new Set(store.texts()).size, { timeout: 15_000 }).toBe(4_000);
      expect([...new Set(store.texts())]).toEqual(numbers(4_000));
    });

    test('a restart of the broker loses nothing that was acknowledged', async () => {
      const made = await publisher('m-1');
      for (const n of numbers(500)) await made.publish('machines/m-1/sensors/a', n);
      const changes: boolean[] = [];
      source.onState(({ connected }) => changes.push(connected));
      source = await broker.restartBroker(source, startSource);
      for (const n of numbers(500, 500)) await made.publish('machines/m-1/sensors/a', n);
      await made.flush();
      await expect.poll(() => new Set(store.texts()).size, { timeout: 20_000 }).toBe(1_000);
      expect([...new Set(store.texts())]).toEqual(numbers(1_000));
      expect(changes[0]).toBe(false);
    });

    test('a retained message counts when it comes, and never again', async () => {
      await expect(retained(spoken())).resolves.toBeUndefined();
    });

    test('QoS 2 is served like QoS 1: its handshake is whole, and the message is stored once', async () => {
      await expect(assured(spoken())).resolves.toBeUndefined();
    });

    test('the will of a machine that falls silent arrives', async () => {
      const will = { topic: 'machines/m-1/connection', payload: Buffer.from('offline'), qos: 1, retain: true } as const;
      const client = await rawClient(broker.url(), { ...login('m-1'), will });
      client.socket.destroy();
      await expect
        .poll(() => store.messages.map(({ topic, text }) => [topic, text]))
        .toEqual([[will.topic, 'offline']]);
    });

    test.each([
      'machines/m-2/telemetry',
      'machines/m-2/connection',
      '$SYS/broker/x',
      'spBv1.0/g/NDATA/m-2',
      'spBv1.0/g/DDATA/m-1/m-2',
    ])('a machine cannot speak in the name of another: %s', async (topic) => {
      const thief = await rawClient(broker.url(), login('m-1'));
      thief.send(publish(topic, 'stolen', 1));
      thief.send(publish(topic, 'stolen'));
      await Promise.race([thief.closed, sleep(300)]);
      thief.socket.destroy();
      const honest = await rawClient(broker.url(), login('m-2'));
      honest.send(publish('machines/m-2/telemetry', 'own', 1));
      await honest.some('puback');
      await expect.poll(() => store.texts()).toEqual(['own']);
      honest.socket.destroy();
    });

    test.each(['machines/+/telemetry', 'machines/m-1/#'])('a topic with wildcards is no topic: %s', async (topic) => {
      const client = await rawClient(broker.url(), login('m-1'));
      const bytes = Buffer.concat([Buffer.from([0x30, topic.length + 3, 0, topic.length]), Buffer.from(`${topic}x`)]);
      client.socket.write(bytes);
      await client.closed;
      expect(store.messages).toEqual([]);
    });

    test('what is longer than a packet may be ends its connection and nothing else', async () => {
      const other = await rawClient(broker.url(), login('m-2'));
      const client = await rawClient(broker.url(), login('m-1'));
      client.send(publish('machines/m-1/telemetry', Buffer.alloc(broker.maxPacketBytes, 'x'), 1));
      await client.closed;
      const header = await rawClient(broker.url(), login('m-1'));
      // A packet that says it has 256 MB.
      header.socket.write(Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]));
      await header.closed;
      other.send(publish('machines/m-2/telemetry', 'fine', 1));
      await other.some('puback');
      await expect.poll(() => store.texts()).toEqual(['fine']);
      other.socket.destroy();
    });

    test('wrong password, unknown user, no user: refused', async () => {
      const attempts = [
        { username: 'm-1', password: 'wrong' },
        { username: 'nobody', password: 'secret' },
        { clientId: 'x' },
      ];
      for (const attempt of attempts) {
        const client = await rawConnect(broker.url(), { clientId: 'x', ...attempt });
        const [connack] = await client.some('connack');
        expect([4, 5]).toContain(connack?.returnCode);
        client.socket.destroy();
      }
    });

    test('a machine that takes the client id of the house, or of another machine, disturbs nobody', async () => {
      const other = await rawClient(broker.url(), login('m-2'));
      const changes: boolean[] = [];
      source.onState(({ connected }) => changes.push(connected));
      for (const clientId of ['house', 'leitwarte', 'm-2']) {
        const thief = await rawClient(broker.url(), login('m-1', clientId));
        thief.send(publish('machines/m-1/telemetry', clientId, 1));
        await thief.some('puback');
        thief.socket.destroy();
        await thief.closed;
      }
      other.send(publish('machines/m-2/telemetry', 'still here', 1));
      await other.some('puback');
      await expect.poll(() => store.texts()).toEqual(['house', 'leitwarte', 'm-2', 'still here']);
      expect(changes).toEqual([]);
      other.socket.destroy();
    });

    test('of two with the same id the older is ended, and what it had acknowledged is there', async () => {
      const older = await rawClient(broker.url(), login('m-1'));
      older.send(publish('machines/m-1/telemetry', 'older', 1));
      await older.some('puback');
      const newer = await rawClient(broker.url(), login('m-1'));
      await older.closed;
      newer.send(publish('machines/m-1/telemetry', 'newer', 1));
      await newer.some('puback');
      await expect.poll(() => store.texts()).toEqual(['older', 'newer']);
      newer.socket.destroy();
    });

    test('bytes that are no MQTT, and half a login, harm nobody', async () => {
      const junk = await rawConnect(broker.url(), login('m-1'));
      junk.socket.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'.repeat(100)));
      await junk.closed;
      const half = await rawConnect(broker.url(), login('m-1'));
      half.socket.destroy();
      const client = await rawClient(broker.url(), login('m-1'));
      client.send(publish('machines/m-1/telemetry', 'fine', 1));
      await client.some('puback');
      await expect.poll(() => store.texts()).toEqual(['fine']);
      client.socket.destroy();
    });
  });
}
