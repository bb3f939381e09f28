/** C5, C7, D6: messages of every size, bombs, and a machine that makes up a hundred thousand names. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Intake } from '#ingest/intake.ts';
import type { MessageSink } from '#ingest/broker/port.ts';
import type { Entry } from '#shared/journal/port.ts';
import { MAX_PAYLOAD_BYTES } from '#shared/telemetry/payload.ts';
import { startPortal } from '#test/portal/portal.ts';
import { TwoReaders } from './two-readers.ts';

const AT = Date.parse('2026-06-01T00:00:00Z');

test('C5 a payload is read up to its limit, and beyond it told as too long, kept in part', async () => {
  const journal: Entry[] = [];
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
  await intake.stop();
});

test('C7 what is compressed is set aside and never unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '));
  expect(bomb.length).toBeLessThan(MAX_PAYLOAD_BYTES);
  const readers = await TwoReaders.open();
  readers.take('machines/m-1/telemetry', bomb, AT);
  readers.take('machines/m-1/state', gzipSync('running'), AT);
  expect(readers.counted().rules).toEqual({ 'not-utf8': 2 });

  const portal = await startPortal();
  try {
    const admin = await portal.as('admin');
    const upload = (path: string, type: string) =>
      fetch(`${portal.url}/api/v1${path}`, {
        method: 'POST',
        headers: {
          'content-type': type,
          'content-encoding': 'gzip',
          'x-csrf-token': admin.csrf,
          cookie: admin.cookie,
        },
        body: bomb,
      });
    expect((await upload('/import/plant', 'application/yaml')).status).toBe(415);
    expect((await upload('/session', 'application/json')).status).toBe(415);
    expect((await admin.get('/session')).status).toBe(200);
  } finally {
    await portal.stop();
  }
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
