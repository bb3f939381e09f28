/** A backtest over the reading store gives the alarms of the command: on every worked case of the rule language, and on own data. */
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '#shared/csv/events.ts';
import { readReadings } from '#shared/csv/readings.ts';
import { ReadingTable } from '#shared/csv/table.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { type Plant, PlantIndex } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import type { Reading, StoredEvent } from '#shared/readings/port.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import {
  BacktestTooLarge,
  backtestStore,
  machinesOf,
  type PastCase,
  type StoreBacktestQuestion,
} from './backtest-store.ts';

const CASES = path.resolve('test/conformance');
/** Its readings come late or twice: the store keeps what the engine does not judge. */
const LATE = 'late-and-bad';

let dir: string;
const stores: DuckDbReadings[] = [];
beforeAll(async () => {
  dir = await tempDir('backtest-store');
});
afterAll(async () => {
  for (const store of stores) await store.stop();
  await removeDir(dir);
});

async function storeWith(readings: readonly Reading[], events: readonly StoredEvent[] = []): Promise<DuckDbReadings> {
  const store = new DuckDbReadings(path.join(dir, `${stores.length}.duckdb`));
  stores.push(store);
  await store.start();
  for (let i = 0; i < readings.length; i += 20_000) await store.write(readings.slice(i, i + 20_000), []);
  await store.write([], events);
  return store;
}

type Ask = Pick<StoreBacktestQuestion, 'store' | 'plant' | 'rule' | 'from' | 'to'> & Partial<StoreBacktestQuestion>;
const ask = (question: Ask) =>
  backtestStore({
    machines: machinesOf(question.rule, question.plant),
    pastCases: [],
    signal: new AbortController().signal,
    ...question,
  });

describe('the worked cases of the rule language, out of the store', () => {
  test.each(readdirSync(CASES).filter((name) => name !== LATE))('%s', async (name) => {
    const read = (file: string) => readFileSync(path.join(CASES, name, file), 'utf8');
    const { plant } = readPlant(read('plant.yaml'), 'plant.yaml');
    if (!plant) throw new Error('the plant does not read');
    const { rulebook } = readRulebook(read('rules.yaml'), 'rules.yaml', plant, { strict: true });
    const { readings, events } = await dataOf(name, plant);
    const store = await storeWith(readings, events);
    const times = readings.map(({ ts }) => ts);
    const [from, to] = [Math.min(...times), Math.max(...times)];
    const expected = read('expected.jsonl')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
    for (const rule of (rulebook?.rules ?? []).filter(({ mode }) => mode !== 'off')) {
      const { alarms, standingAtStart } = await ask({ store, plant, rule, from, to });
      expect(standingAtStart).toBe(0);
      const lines = alarms.flatMap(({ machine, severity, component, raisedAt, clearedAt }) => [
        [new Date(raisedAt).toISOString(), machine, 'raised', severity, component],
        ...(clearedAt === null ? [] : [[new Date(clearedAt).toISOString(), machine, 'cleared', severity, component]]),
      ]);
      const wanted = expected
        .filter((line) => line.rule === rule.id)
        .map(({ t, machine, transition, severity, component }) => [t, machine, transition, severity, component]);
      expect([rule.id, inOrder(lines)]).toEqual([rule.id, inOrder(wanted)]);
    }
  });
});

const inOrder = (lines: readonly (readonly unknown[])[]) => lines.map((line) => JSON.stringify(line)).toSorted();

interface Line {
  readonly t: string;
  readonly machine: string;
  readonly rule: string;
  readonly transition: string;
  readonly severity: string;
  readonly component: string | null;
}

/** What the writer would have stored of the case's files. */
async function dataOf(name: string, plant: Plant): Promise<{ readings: Reading[]; events: StoredEvent[] }> {
  const index = new PlantIndex(plant);
  const file = (of: string) => ({ name: of, chunks: createReadStream(path.join(CASES, name, of)) });
  const table = new ReadingTable();
  await readReadings(file('readings.csv'), table, { index, tell: () => undefined });
  const readings: Reading[] = [];
  for (const { machine, ts, readings: values } of table.snapshots()) {
    const sensors = index.machine(machine)?.sensors;
    for (const { sensor, value } of values) {
      const { low = -Infinity, high = Infinity } = sensors?.get(sensor)?.range ?? {};
      if (sensors?.get(sensor)?.formula === undefined && value >= low && value <= high)
        readings.push({ machine, sensor, ts, value });
    }
  }
  if (!existsSync(path.join(CASES, name, 'events.csv'))) return { readings, events: [] };
  const { events } = await readEvents(file('events.csv'), index, () => undefined);
  const stored = events.map((event): StoredEvent => {
    const { machine, ts } = event;
    return event.kind === 'state'
      ? { machine, ts, code: 'state', text: event.state }
      : { machine, ts, code: event.code, text: event.text ?? '' };
  });
  return { readings, events: stored };
}

const T = Date.UTC(2026, 2, 1);
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'acme', name: 'Acme', tier: 'premium' }],
  models: [
    {
      id: 'mk1',
      name: 'Mark 1',
      components: [{ id: 'bearing', name: 'Bearing' }],
      sensors: [
        { id: 'temp', component: 'bearing', tolerance: { low: 40, high: 80 }, every: '1m' },
        { id: 'load' },
        { id: 'heat', formula: 't * l', inputs: { t: 'temp', l: 'load' } },
      ],
    },
  ],
  machines: ['m1', 'm2'].map((id) => ({ id, model: 'mk1', customer: 'acme' })),
};
const HOT: Rule = { id: 'hot', when: { sensor: 'temp', above: 80 }, severity: 'danger' };

/** One reading a minute. */
const course = (machine: string, sensor: string, from: number, values: readonly number[]): Reading[] =>
  values.map((value, i) => ({ machine, sensor, ts: from + i * MINUTE, value }));

describe('a range of a longer past', () => {
  test('windows are warm when it begins, and only what is raised in it counts', async () => {
    const store = await storeWith([
      ...course(
        'm1',
        'temp',
        T - HOUR,
        Array.from({ length: 120 }, (_, i) => (i < 30 ? 90 : 60)),
      ),
      ...course(
        'm2',
        'temp',
        T - HOUR,
        Array.from({ length: 120 }, (_, i) => (i < 90 ? 90 : 60)),
      ),
    ]);
    const mean: Rule = { ...HOT, when: { sensor: 'temp', mean: '1h', below: 65 } };
    const { alarms } = await ask({ store, plant: PLANT, rule: mean, from: T, to: T + HOUR });
    // 30 of 60 are 90 at first; below 65 once 9 of them are left in the window
    expect(alarms.map(({ machine, raisedAt }) => [machine, (raisedAt - T) / MINUTE])).toEqual([['m1', 20]]);
    const hot = await ask({ store, plant: PLANT, rule: HOT, from: T, to: T + HOUR });
    expect(hot).toMatchObject({ alarms: [], standingAtStart: 1, cases: 0, machines: 2 });
    const both = await ask({ store, plant: PLANT, rule: HOT, from: T - HOUR, to: T + HOUR, machines: ['m2'] });
    expect(both).toMatchObject({ alarms: [{ raisedAt: T - HOUR, clearedAt: T + 30 * MINUTE }], cases: 1, machines: 1 });
  });

  test('a derived sensor is computed anew, whatever was stored of it', async () => {
    const store = await storeWith([
      ...course('m1', 'temp', T, [10, 20, 30]),
      ...course('m1', 'load', T, [2, 2, 2]),
      ...course('m1', 'heat', T, [999, 999, 999]),
    ]);
    const rule: Rule = { ...HOT, when: { sensor: 'heat', above: 50 } };
    const found = await ask({ store, plant: PLANT, rule, from: T, to: T + HOUR });
    expect(found.alarms.map(({ raisedAt }) => raisedAt)).toEqual([T + 2 * MINUTE]);
    expect(found.coverage.sensors.filter(({ machine }) => machine === 'm1').map(({ sensor }) => sensor)).toEqual([
      'temp',
      'load',
    ]);
    expect(found.readings).toBe(6);
  });

  test('the state it was in when the range begins is known however long ago it was reported', async () => {
    const rule: Rule = { ...HOT, when: { all: [{ state: 'running' }, { sensor: 'temp', above: 80 }] } };
    const events = [
      { machine: 'm1', ts: T - 40 * DAY, code: 'state', text: 'idle' },
      { machine: 'm1', ts: T - 30 * DAY, code: 'state', text: 'running' },
      { machine: 'm1', ts: T - 20 * DAY, code: 'E1', text: 'idle' },
    ];
    const store = await storeWith([...course('m1', 'temp', T, [60, 90]), ...course('m2', 'temp', T, [60, 90])], events);
    const found = await ask({ store, plant: PLANT, rule, from: T, to: T + HOUR });
    expect(found.alarms.map(({ machine }) => machine)).toEqual(['m1']);
    expect(found.coverage.unknown).toEqual(['state']);
    expect(
      (await ask({ store, plant: PLANT, rule, from: T, to: T + HOUR, machines: ['m1'] })).coverage.unknown,
    ).toEqual([]);
  });

  test('silence of a sensor that never reported counts from the first reading of its machine', async () => {
    const store = await storeWith([...course('m1', 'load', T + 10 * MINUTE, [1, 1]), ...course('m2', 'temp', T, [60])]);
    const rule: Rule = { ...HOT, when: { sensor: 'temp', silent: '5m' } };
    const { alarms } = await ask({ store, plant: PLANT, rule, from: T, to: T + HOUR });
    expect(alarms.map(({ machine, raisedAt }) => [machine, (raisedAt - T) / MINUTE])).toEqual([
      ['m2', 5],
      ['m1', 15],
    ]);
  });

  test('coverage is the share of the range in which a sensor was not stale', async () => {
    const store = await storeWith([
      ...course(
        'm1',
        'temp',
        T,
        Array.from({ length: 28 }, () => 60),
      ),
      ...course('m2', 'temp', T - 2 * MINUTE, [60]),
    ]);
    const { coverage } = await ask({ store, plant: PLANT, rule: HOT, from: T, to: T + HOUR });
    expect(coverage).toEqual({
      // 27 min of readings and 3 more until it is stale; 1 min of a reading before the range
      share: (30 + 1) / 120,
      sensors: [
        { machine: 'm1', sensor: 'temp', share: 0.5, readings: 28, first: T, last: T + 27 * MINUTE },
        { machine: 'm2', sensor: 'temp', share: 1 / 60, readings: 0, first: null, last: null },
      ],
      unknown: [],
    });
    const deviates: Rule = { ...HOT, when: { sensor: 'load', deviates: { sigmas: 3 } } };
    const nothing = await ask({ store, plant: PLANT, rule: deviates, from: T, to: T + HOUR });
    expect(nothing.coverage).toMatchObject({ share: 0, unknown: ['baseline'] });
  });

  test('past cases are found, missed or come again as false alarms; what nobody knew of is new', async () => {
    const day = (n: number) => course('m1', 'temp', T + n * DAY, [60, 90, 90, 60]);
    const store = await storeWith([0, 5, 10, 15].flatMap(day));
    const past = (
      number: number,
      days: number,
      verdict: PastCase['verdict'],
      more: Partial<PastCase> = {},
    ): PastCase => {
      const openedAt = T + days * DAY;
      return {
        id: `c${number}`,
        number,
        machine: 'm1',
        component: 'bearing',
        openedAt,
        endedAt: openedAt + HOUR,
        verdict,
        ...more,
      };
    };
    const pastCases = [
      past(1, 0.5, 'valid'),
      past(2, 5, 'false-alarm'),
      past(3, 8, 'valid'),
      past(4, 10, null),
      past(5, 15, 'valid', { component: 'spindle' }),
      past(6, 15, 'valid', { machine: 'm2' }),
    ];
    const { agreement, cases } = await ask({ store, plant: PLANT, rule: HOT, from: T, to: T + 20 * DAY, pastCases });
    const numbers = (list: readonly PastCase[]) => list.map(({ number }) => number);
    expect([numbers(agreement.found), numbers(agreement.missed), numbers(agreement.repeated), agreement.new]).toEqual([
      [1],
      [3, 6],
      [2],
      2,
    ]);
    expect(cases).toBe(4);
  });
});

describe('a backtest is a guest in its process', () => {
  const many = (every: number, count: number): Reading[] =>
    Array.from({ length: count }, (_, i) => ({
      machine: 'm1',
      sensor: 'temp',
      ts: T + i * every,
      value: i % 2 ? 90 : 60,
    }));

  test('it ends at once when nobody wants it any more, and tells how far it has come', async () => {
    const store = await storeWith(many(SECOND, 60_000));
    const ending = new AbortController();
    const told: number[] = [];
    const rule: Rule = { ...HOT, when: { sensor: 'temp', mean: '10m', above: 100 } };
    const running = ask({
      store,
      plant: PLANT,
      rule,
      from: T,
      to: T + DAY,
      signal: ending.signal,
      onProgress: ({ readings, total }) => {
        expect(total).toBe(60_000);
        told.push(readings);
        if (told.length === 2) ending.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(told).toHaveLength(2);
    expect(told[1]).toBeGreaterThan(told[0] ?? 0);
  });

  test('a rule that chatters without end is refused with what to do', async () => {
    const store = await storeWith(many(SECOND, 60_000));
    const running = ask({ store, plant: PLANT, rule: HOT, from: T, to: T + DAY });
    await expect(running).rejects.toThrow(BacktestTooLarge);
    await expect(running).rejects.toThrow(/more than 40,000 times within \d+ h. Give it a deadband or delays/);
  });

  test('too many readings are refused before they are read', async () => {
    const store = {
      oldest: () => Promise.resolve([]),
      events: () => Promise.resolve([]),
      async *scan() {
        yield { total: 100_000_001, series: [0], ts: new Float64Array([T]), value: new Float64Array([1]) };
      },
    };
    await expect(ask({ store, plant: PLANT, rule: HOT, from: T, to: T + DAY })).rejects.toThrow(/100,000,000 readings/);
  });
});
