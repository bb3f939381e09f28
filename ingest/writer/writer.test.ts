import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from '#shared/journal/port.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import type { Plant, Sensor } from '#shared/model/plant.ts';
import { createLog } from '#shared/process/log.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { type ReadingStore, StoreUnavailable } from '#shared/readings/port.ts';
import { quickest, removeDir, tempDir, waitFor } from '#test/servers/tools.ts';
import type { Configurations } from './translator.ts';
import { Writer, type WriterParts } from './writer.ts';

const T = Date.UTC(2026, 0, 31, 8);
const POWER: Sensor = { id: 'power', formula: 'm * n * 2', inputs: { m: 'torque', n: 'speed' } };
const plantOf = (machines: readonly string[], sensors: readonly Sensor[]): Plant => ({
  version: 1,
  customers: [{ id: 'acme', name: 'Acme', tier: 'premium' }],
  models: [{ id: 'mk1', name: 'Mark 1', components: [], sensors }],
  machines: machines.map((id) => ({ id, model: 'mk1', customer: 'acme' })),
});
const SENSORS: readonly Sensor[] = [
  { id: 'temp', range: { low: -40, high: 250 } },
  { id: 'torque' },
  { id: 'speed' },
  POWER,
];
/** Version 1 knows m1, version 2 also m2. */
const PLANTS: Readonly<Record<number, Plant>> = { 1: plantOf(['m1'], SENSORS), 2: plantOf(['m1', 'm2'], SENSORS) };
const configurations: Configurations = {
  byVersion: async (version) => (PLANTS[version] ? { version, plant: PLANTS[version] } : undefined),
  at: async () => undefined,
};

const message = (leaf: string, payload: unknown, machine = 'm1', at = T): Entry => ({
  kind: 'message',
  at,
  topic: `machines/${machine}/${leaf}`,
  payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
});
const config = (payload: string): Entry => ({ kind: 'config', at: T, topic: '', payload: Buffer.from(payload) });
const tick: Entry = { kind: 'tick', at: T, topic: '', payload: new Uint8Array() };

describe('writer', () => {
  let dir: string;
  let journal: FileJournalWriter;
  let store: DuckDbReadings;
  const logged: string[] = [];
  const writers: Writer[] = [];
  const journalDir = (): string => path.join(dir, 'journal');

  const openJournal = async (): Promise<void> => {
    journal = new FileJournalWriter({ dir: journalDir(), segmentBytes: 200_000 });
    await journal.start();
  };
  beforeEach(async () => {
    dir = await tempDir('writer');
    await openJournal();
    store = new DuckDbReadings(path.join(dir, 'readings.duckdb'));
    await store.start();
    logged.length = 0;
  });
  afterEach(async () => {
    for (const writer of writers.splice(0)) await writer.stop();
    await journal.stop();
    await store.stop();
    await removeDir(dir);
  });

  const startWriter = async (parts: Partial<WriterParts> = {}): Promise<Writer> => {
    const log = createLog('info', { destination: { write: (line: string) => void logged.push(line) } });
    const writer = new Writer({
      journal: new FileJournalReader({ dir: journalDir(), writer: journal }),
      store,
      configurations,
      prefix: 'machines',
      file: path.join(dir, 'writer.json'),
      clock: Date.now,
      log,
      ...parts,
    });
    writers.push(writer);
    await writer.start();
    return writer;
  };
  const stopWriter = (writer: Writer): Promise<void> => {
    writers.splice(writers.indexOf(writer), 1);
    return writer.stop();
  };
  const caughtUp = (writer: Writer): Promise<boolean> =>
    waitFor('all is stored', () => writer.state().position === journal.end());
  const values = async (sensor: string, machine = 'm1') =>
    (await store.raw({ machine, sensor, from: 0, to: T + 1e12, limit: 10_000 })).map(([t, v]) => [t - T, v]);

  test('a heartbeat of the house counts once the store has it, and not where the store refuses it', async () => {
    let refuses = false;
    const writer = await startWriter({
      store: {
        write: async (readings, events) => {
          const refused = await store.write(readings, events);
          return refuses ? events.map((reading) => ({ reading, detail: 'refused' })) : refused;
        },
      },
    });
    expect(writer.state().beatAt).toBeUndefined();
    await journal.append([message('heartbeat', { ts: T }, '~house')]);
    await caughtUp(writer);
    await expect.poll(() => writer.state().beatAt).toBe(T);
    const [kept] = await store.events({ machine: '~house', from: T, to: T + 1, limit: 10 });
    expect(kept).toMatchObject({ ts: T, code: 'heartbeat' });
    expect(writer.state().counts).toMatchObject({ events: 1, refused: 0, rejected: {} });
    refuses = true;
    await journal.append([message('heartbeat', { ts: T + 1 }, '~house', T + 1)]);
    await caughtUp(writer);
    await expect.poll(() => writer.state().counts.refused).toBe(1);
    expect(writer.state().beatAt).toBe(T);
  });

  test('stores readings, late ones too, derived ones and events, and counts what it does not', async () => {
    const writer = await startWriter();
    await journal.append([
      config('{"version":1}'),
      message('telemetry', { ts: T, values: { temp: 60, torque: 2, power: 9 } }),
      tick,
      message('sensors/speed', { ts: T + 10, value: 5 }),
      message('telemetry', [
        { ts: T - 50, temp: 50 },
        { ts: T + 20, temp: 251, torque: 3 },
        { ts: T + 30, nothing: 1 },
      ]),
      message('events', { ts: T, code: 'E42', text: 'Öl' }),
      message('state', 'running'),
      message('telemetry', 'no JSON'),
      message('telemetry', { temp: 1 }, 'm2'),
    ]);
    await caughtUp(writer);
    expect(await values('temp')).toEqual([
      [-50, 50],
      [0, 60],
    ]);
    expect(await values('torque')).toEqual([
      [0, 2],
      [20, 3],
    ]);
    expect(await values('power')).toEqual([
      [10, 20],
      [20, 30],
    ]);
    expect(await store.events({ machine: 'm1', from: 0, to: T + 1, limit: 9 })).toEqual([
      { machine: 'm1', ts: T, code: 'E42', text: 'Öl' },
      { machine: 'm1', ts: T, code: 'state', text: 'running' },
    ]);
    expect(writer.state()).toMatchObject({
      lagBytes: 0,
      lagMs: 0,
      trouble: undefined,
      counts: {
        messages: 7,
        readings: 7,
        derived: 2,
        events: 2,
        refused: 0,
        setAside: 0,
        rejected: { 'derived-sensor': 1, 'out-of-range': 1, 'unknown-sensor': 1, 'not-json': 1, 'unknown-machine': 1 },
      },
    });
  });

  test('a configuration takes effect where it stands in the journal, whenever it is read', async () => {
    await journal.append([
      config('{"version":1}'),
      message('telemetry', { ts: T, temp: 1 }, 'm2'),
      config('{"version":2}'),
      message('telemetry', { ts: T + 1, temp: 2 }, 'm2'),
      config('{"version":99}'),
      config('no JSON'),
      config('{"version":"1"}'),
      message('telemetry', { ts: T + 2, temp: 3 }, 'm2'),
      config('{"version":1}'),
      message('telemetry', { ts: T + 3, temp: 4 }, 'm2'),
    ]);
    const writer = await startWriter();
    await caughtUp(writer);
    expect(await values('temp', 'm2')).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(logged.filter((line) => line.includes('"level":"error"'))).toHaveLength(3);
  });

  test('goes on after a stop: derived sensors remember, and the configuration holds', async () => {
    await journal.append([config('{"version":1}'), message('telemetry', { ts: T, torque: 2 })]);
    const first = await startWriter();
    await caughtUp(first);
    await stopWriter(first);
    await journal.append([message('telemetry', { ts: T + 1, speed: 5 })]);
    const second = await startWriter();
    await caughtUp(second);
    expect(await values('power')).toEqual([[1, 20]]);
    expect(second.state().counts.messages).toBe(1);
  });

  test('a lost checkpoint costs a second reading of the journal and stores nothing twice', async () => {
    await journal.append([
      config('{"version":1}'),
      ...[1, 2, 3].map((i) => message('telemetry', { ts: T + i, temp: i })),
    ]);
    const first = await startWriter();
    await caughtUp(first);
    await stopWriter(first);
    await rm(path.join(dir, 'writer.json'));
    const second = await startWriter();
    await caughtUp(second);
    expect(second.state().counts.readings).toBe(3);
    expect(await values('temp')).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test('a checkpoint that is none stops the start with the mend', async () => {
    for (const text of ['', '{}', 'null', '{"format":1,"position":-1}']) {
      await writeFile(path.join(dir, 'writer.json'), text);
      await expect(startWriter()).rejects.toThrow(/writer\.json is no checkpoint of the writer\. Delete it/);
      writers.length = 0;
    }
  });

  test('a journal begun anew is stored from its begin', async () => {
    await journal.append([
      config('{"version":1}'),
      ...Array.from({ length: 50 }, (_, i) => message('telemetry', { ts: T + i, temp: i })),
    ]);
    const first = await startWriter();
    await caughtUp(first);
    await stopWriter(first);
    await journal.stop();
    await rm(journalDir(), { recursive: true });
    await openJournal();
    await journal.append([config('{"version":1}'), message('telemetry', { ts: T + 99, temp: 9 })]);
    const second = await startWriter();
    await caughtUp(second);
    expect((await values('temp')).at(-1)).toEqual([99, 9]);
    expect(logged.some((line) => line.includes('another one than before'))).toBe(true);
  });

  test('an entry that makes us fail is set aside, those around it are stored', async () => {
    const trap: Sensor = {
      id: 'trap',
      get range(): never {
        throw new Error('unforeseen');
      },
    };
    const writer = await startWriter({
      configurations: {
        ...configurations,
        byVersion: async (version) => ({ version, plant: plantOf(['m1'], [...SENSORS, trap]) }),
      },
    });
    await journal.append([
      config('{"version":1}'),
      message('telemetry', { ts: T, temp: 1 }),
      message('telemetry', { ts: T, trap: 1 }),
      message('telemetry', { ts: T + 1, temp: 2 }),
    ]);
    await caughtUp(writer);
    expect(await values('temp')).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(writer.state().counts.setAside).toBe(1);
    expect(logged.some((line) => line.includes('set aside') && line.includes('unforeseen'))).toBe(true);
  });

  test('waits for store and database as long as they are away, says for what, and skips nothing', async () => {
    let away = true;
    const failing = <T>(work: () => Promise<T>, said: string): Promise<T> =>
      away ? Promise.reject(new StoreUnavailable(said)) : work();
    const flaky: ReadingStore = Object.assign(Object.create(store) as ReadingStore, {
      write: (...batch: Parameters<ReadingStore['write']>) => failing(() => store.write(...batch), 'the store is away'),
    });
    const writer = await startWriter({
      store: flaky,
      configurations: {
        ...configurations,
        byVersion: (v) => failing(() => configurations.byVersion(v), 'the database is away'),
      },
    });
    await journal.append([config('{"version":1}'), message('telemetry', { ts: T, temp: 1 })]);
    await waitFor('the database is missed', () => writer.state().trouble?.message === 'the database is away');
    away = false;
    await caughtUp(writer);
    away = true;
    await journal.append(Array.from({ length: 30 }, (_, i) => message('telemetry', { ts: T + 1 + i, temp: i })));
    const { since } = await waitFor('the store is missed', () => writer.state().trouble);
    expect(writer.state().trouble?.message).toBe('the store is away');
    await waitFor(
      'it is still the same outage',
      () => Date.now() - since > 500 && writer.state().trouble?.since === since,
    );
    expect(writer.state().lagBytes).toBeGreaterThan(0);
    expect(writer.state().lagMs).toBeGreaterThan(0);
    away = false;
    await caughtUp(writer);
    expect(writer.state().trouble).toBeUndefined();
    expect(await store.count()).toBe(31);
  });

  test('can be stopped at once while the store is away; the next start stores what waited', async () => {
    const dead: ReadingStore = Object.assign(Object.create(store) as ReadingStore, {
      write: () => Promise.reject(new StoreUnavailable('away')),
    });
    await journal.append([config('{"version":1}'), message('telemetry', { ts: T, temp: 1 })]);
    const tookMs = await quickest(1000, async () => {
      const first = await startWriter({ store: dead });
      await waitFor('the store is missed', () => first.state().trouble);
      const began = performance.now();
      await stopWriter(first);
      return performance.now() - began;
    });
    expect(tookMs).toBeLessThan(1000);
    const second = await startWriter();
    await caughtUp(second);
    expect(await values('temp')).toEqual([[0, 1]]);
  });

  test('gives segments of the journal free once they are stored, and tells each batch once', async () => {
    const told = { readings: 0, refused: 0 };
    const writer = await startWriter({
      done: (counts, refused) => {
        told.readings += counts.readings;
        told.refused += refused.length;
      },
    });
    await journal.append([config('{"version":1}')]);
    for (let k = 0; k < 40; k++) {
      const ms = k * 500;
      await journal.append(
        Array.from({ length: 500 }, (_, i) => message('telemetry', { ts: T + ms + i, temp: i % 200 })),
      );
    }
    await caughtUp(writer);
    await stopWriter(writer);
    expect(told).toEqual({ readings: 20_000, refused: 0 });
    expect(await store.count()).toBe(20_000);
    await journal.append([{ ...tick, at: T + 60_000 }]);
    await waitFor('all segments but the newest are deleted', async () => {
      const files = await readdir(journalDir());
      return files.filter((file) => file.endsWith('.journal')).length === 1;
    });
  });

  test('a checkpoint that cannot be written keeps the journal and stops nothing', async () => {
    await mkdir(path.join(dir, 'writer.json.tmp'));
    const writer = await startWriter();
    await journal.append([config('{"version":1}'), message('telemetry', { ts: T, temp: 1 })]);
    await caughtUp(writer);
    await stopWriter(writer);
    expect(await values('temp')).toEqual([[0, 1]]);
    expect(logged.some((line) => line.includes('checkpoint of the writer cannot be written'))).toBe(true);
  });
});
