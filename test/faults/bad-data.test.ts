/** C5, C7, C15, D6: messages of every size, bombs, one that makes us fail, and a machine that makes up a hundred thousand names. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { Intake } from '#ingest/intake.ts';
import type { MessageSink } from '#ingest/broker/port.ts';
import type { Entry } from '#shared/journal/port.ts';
import type { Sensor } from '#shared/model/plant.ts';
import { MAX_PAYLOAD_BYTES } from '#shared/telemetry/payload.ts';
import { startPortal } from '#test/portal/portal.ts';
import { TwoReaders } from './two-readers.ts';

const AT = Date.parse('2026-06-01T00:00:00Z');

/** Begins to take messages into a journal. */
type Begin = (journal: Entry[]) => Promise<MessageSink>;

const byIntake: Begin = async (journal) => {
  let sink: MessageSink = () => Promise.resolve();
  const nothing = () => () => undefined;
  const intake = new Intake({
    source: {
      start: async (given) => void (sink = given),
      stop: () => Promise.resolve(),
      publish: () => Promise.resolve(),
      state: () => ({ connected: true, since: 0, detail: '' }),
      counts: () => ({ stored: 0, retained: 0, refused: 0, failures: 0 }),
      onState: nothing,
      onNotice: nothing,
    },
    journal: {
      append: async (entries) => {
        journal.push(...entries);
        return 0;
      },
    },
    clock: { now: () => AT, every: nothing },
  });
  await intake.start();
  onTestFinished(() => intake.stop());
  return sink;
};

/** C5: payloads of every size. */
async function everySize(begin: Begin): Promise<void> {
  const journal: Entry[] = [];
  const sink = await begin(journal);
  const sized = (bytes: number): Buffer => Buffer.from('{"temp": 1}'.padEnd(bytes).slice(0, bytes));
  const sizes = [0, 1, 11, MAX_PAYLOAD_BYTES - 1, MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES + 1, 1024 * 1024];
  await sink(sizes.map((size) => ({ topic: 'machines/m-1/telemetry', payload: sized(size), at: AT })));
  const readers = await TwoReaders.open();
  for (const { topic, payload, at } of journal) readers.take(topic, payload, at);
  expect(readers.counted()).toEqual({
    rules: { 'not-json': 2, 'too-large': 2 },
    writer: { 'not-json': 2, 'too-large': 2 },
    stored: 3,
    failed: 0,
  });
  expect(Math.max(...journal.map(({ payload }) => payload.length))).toBe(MAX_PAYLOAD_BYTES + 1);
}

test('C5 a payload is read up to its limit, and beyond it told as too long, kept in part', async () => {
  await expect(everySize(byIntake)).resolves.toBeUndefined();
});

test.each([
  ['keeps whatever comes', (payload: Uint8Array) => payload],
  ['cuts at the limit', (payload: Uint8Array) => payload.subarray(0, MAX_PAYLOAD_BYTES)],
])('C5 mutant: an intake that %s is found out', async (_, kept) => {
  const begin: Begin = async (journal) => async (batch) =>
    void journal.push(...batch.map((one): Entry => ({ ...one, kind: 'message', payload: kept(one.payload) })));
  await expect(everySize(begin)).rejects.toThrow('expected');
});

const BOMB = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));

/** C7: what readers make of compressed messages, as `unpacked` hands them on. */
async function compressedMessages(unpacked: (payload: Buffer) => Uint8Array): Promise<void> {
  expect(BOMB.length).toBeLessThan(MAX_PAYLOAD_BYTES);
  const readers = await TwoReaders.open();
  readers.take('machines/m-1/telemetry', unpacked(BOMB), AT);
  readers.take('machines/m-1/state', unpacked(gzipSync('running')), AT);
  expect(readers.counted().rules).toEqual({ 'not-utf8': 2 });
}

/** C7: what a server makes of compressed uploads. */
async function compressedUploads(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, type] of [
    ['/import/plant', 'application/yaml'],
    ['/session', 'application/json'],
  ]) {
    const sent = { ...headers, 'content-type': type ?? '', 'content-encoding': 'gzip' };
    const { status } = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers: sent, body: BOMB });
    expect(status).toBe(415);
  }
}

test('C7 what is compressed is set aside and never unpacked', async () => {
  await compressedMessages((payload) => payload);
  const portal = await startPortal();
  onTestFinished(() => portal.stop());
  const admin = await portal.as('admin');
  await compressedUploads(portal.url, { 'x-csrf-token': admin.csrf, cookie: admin.cookie });
  expect((await admin.get('/session')).status).toBe(200);
});

test('C7 mutants: a reader and a server that unpack what comes are found out', async () => {
  await expect(compressedMessages((payload) => gunzipSync(payload))).rejects.toThrow('to deeply equal');
  const server = createServer((request, response) => {
    const unpacking = request.pipe(createGunzip());
    unpacking.resume().once('end', () => response.end());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(compressedUploads(`http://127.0.0.1:${port}`, {})).rejects.toThrow('expected 200 to be 415');
});

/** C15: three messages, of which the second makes us fail. */
async function aroundATrap(take: (readers: TwoReaders, payload: Buffer, at: number) => void): Promise<void> {
  let isSet = false;
  const trap: Sensor = {
    id: 'trap',
    get range() {
      if (isSet) throw new Error('unforeseen');
      return { low: 0, high: 9 };
    },
  };
  const readers = await TwoReaders.open({}, [trap]);
  isSet = true;
  const payloads = ['{"temp": 1}', '{"trap": 1}', '{"temp": 2}'];
  for (const [n, payload] of payloads.entries()) take(readers, Buffer.from(payload), AT + n);
  expect(readers.counted()).toMatchObject({ stored: 2, failed: 2 });
}

test('C15 a message that makes us fail is set aside by both readers, and those behind it are read', async () => {
  const reading = aroundATrap((readers, payload, at) => readers.take('machines/m-1/telemetry', payload, at));
  await expect(reading).resolves.toBeUndefined();
});

test('C15 mutant: readers that stop at what makes them fail are found out', async () => {
  const stopping = aroundATrap((readers, payload, at) => {
    if (readers.work.failures.length === 0) readers.take('machines/m-1/telemetry', payload, at);
  });
  await expect(stopping).rejects.toThrow('to match object');
});

const NAMES = 100_000;

/** What a house keeps of a machine that makes up sensors, and then topics of machines that do not exist. */
async function afterMadeUpNames(rejectsAMinute?: number) {
  const readers = await TwoReaders.open({ rejectsAMinute });
  const memory = JSON.stringify(readers.fold.memory()).length;
  for (let n = 0; n < NAMES / 2; n++) {
    readers.take('machines/m-1/telemetry', Buffer.from(`{"made-up-${n}": ${n}}`), AT + n);
    readers.take(`machines/stranger-${n}/telemetry`, Buffer.from('{"temp": 1}'), AT + n);
  }
  const rows = readers.work.rejects.length;
  const counters = [...readers.work.quality.values()].map(({ machine, what, count }) => [machine, what, count]);
  const grown = JSON.stringify(readers.fold.memory()).length - memory;
  return { rows, counters, grown, ...readers.counted() };
}

test('D6 a hundred thousand made-up names are counted, a sample of them is kept, and nothing grows', async () => {
  const { rows, counters, grown, stored, failed, rules } = await afterMadeUpNames();
  expect({ rows, stored, failed }).toEqual({ rows: 200, stored: 0, failed: 0 });
  expect(rules).toEqual({ 'unknown-machine': NAMES / 2, 'unknown-sensor': NAMES / 2 });
  expect(counters).toEqual([
    ['m-1', 'unknown-sensor', NAMES / 2],
    ['~unknown', 'unknown-machine', NAMES / 2],
  ]);
  expect(grown).toBeLessThan(1_000);
});

test('D6 mutant: a house that keeps each of them is found out', async () => {
  expect((await afterMadeUpNames(Infinity)).rows).toBe(NAMES);
});
