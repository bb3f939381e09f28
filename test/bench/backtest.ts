/**
 * `npm run bench:backtest`: how long a rule takes over the reading store, beside a plain scan of the same readings: 30 days of
 * one sensor at 1 Hz, and 14 days of 20 machines × 5 sensors every 10 s; on the embedded store, and on InfluxDB where influxd is,
 * there beside the same readings in InfluxQL too.
 */
import path from 'node:path';
import type { Plant } from '#shared/model/plant.ts';
import type { Condition, Rule } from '#shared/model/rule.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { InfluxReadings } from '#shared/readings/influx.ts';
import { influxAddress } from '#shared/readings/influx-address.ts';
import { InfluxColumns } from '#shared/readings/influx-columns.ts';
import { names } from '#shared/readings/influx-terms.ts';
import type { Reading, ReadingStore } from '#shared/readings/port.ts';
import { backtestStore } from '#rules/backtest-store.ts';
import { startInflux } from '#test/servers/influx.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { grouped, print } from './print.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const BATCH = 50_000;
/** The fastest of so many counts. */
const ROUNDS = 3;

/** A stretch of the past: every sensor of every machine reports at each step. */
interface Past {
  readonly name: string;
  readonly machines: readonly string[];
  readonly sensors: readonly string[];
  readonly stepMs: number;
  readonly days: number;
  readonly rules: readonly (readonly [name: string, when: Condition])[];
}

const SENSORS = ['s0', 's1', 's2', 's3', 's4'];
const FLEET = Array.from({ length: 20 }, (_, i) => `m${i}`);

const PASTS: readonly Past[] = [
  {
    name: '1 sensor, 30 days at 1 Hz',
    machines: ['single'],
    sensors: ['s0'],
    stepMs: 1_000,
    days: 30,
    rules: [
      ['outside 20 %', { sensor: 's0', outside: '20%' }],
      ['mean over 5 min', { sensor: 's0', mean: '5m', above: 79 }],
    ],
  },
  {
    name: '20 machines × 5 sensors, 14 days every 10 s',
    machines: FLEET,
    sensors: SENSORS,
    stepMs: 10_000,
    days: 14,
    rules: [
      ['any of 5 outside 20 %', { any: SENSORS.map((sensor) => ({ sensor, outside: '20%' })) }],
      ['any of 5 means over 5 min', { any: SENSORS.map((sensor) => ({ sensor, mean: '5m', above: 79 })) }],
    ],
  },
];

const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'acme', name: 'Acme', tier: 'standard' }],
  models: [
    {
      id: 'mk1',
      name: 'Mark 1',
      components: [{ id: 'drive', name: 'Drive' }],
      sensors: SENSORS.map((id) => ({ id, component: 'drive', tolerance: { low: 40, high: 80 } })),
    },
  ],
  machines: ['single', ...FLEET].map((id) => ({ id, model: 'mk1', customer: 'acme' })),
};

/** Swings of an hour with some noise, the same at every run; the tops are past the limits now and then. */
function* readings({ machines, sensors, stepMs, days }: Past): Generator<Reading> {
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let ts = START; ts < START + days * DAY_MS; ts += stepMs) {
    const day = Math.sin(ts / 13_750_987);
    for (const [m, machine] of machines.entries()) {
      for (const [s, sensor] of sensors.entries()) {
        const value = 60 + 18 * day * Math.sin(ts / 572_957 + m + s) + 5 * random();
        yield { machine, sensor, ts, value: Math.round(value * 100) / 100 };
      }
    }
  }
}

async function fill(store: ReadingStore, past: Past): Promise<number> {
  let batch: Reading[] = [];
  let count = 0;
  for (const reading of readings(past)) {
    batch.push(reading);
    if (batch.length < BATCH) continue;
    await store.write(batch, []);
    count += batch.length;
    batch = [];
  }
  await store.write(batch, []);
  return count + batch.length;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1_000;
}

async function best(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await seconds(work));
  return Math.min(...times);
}

async function plainScan(store: ReadingStore, { machines, sensors, days }: Past): Promise<void> {
  const series = machines.flatMap((machine) => sensors.map((sensor) => ({ machine, sensor })));
  let sum = 0;
  for await (const { value } of store.scan({ series, from: START, to: START + days * DAY_MS })) {
    for (let row = 0; row < value.length; row++) sum += value[row] as number;
  }
  if (!Number.isFinite(sum)) throw new Error('the scan found what is no number');
}

/** The readings of the past, a day at a time, as InfluxQL hands them out; gives how many. */
type InInfluxQl = (past: Past) => Promise<number>;

function inInfluxQl(url: string): InInfluxQl {
  const columns = new InfluxColumns(influxAddress(url));
  const { signal } = new AbortController();
  return async ({ machines, days }) => {
    const { condition, values } = names('machine', machines);
    let count = 0;
    for (let from = START; from < START + days * DAY_MS; from += DAY_MS) {
      const range = `time >= ${from}ms AND time < ${from + DAY_MS}ms`;
      const statement = `SELECT value FROM reading WHERE (${condition}) AND ${range} GROUP BY machine, sensor`;
      for (const { ts } of await columns.ask(statement, values, signal)) count += ts.length;
    }
    return count;
  };
}

async function measure(
  store: ReadingStore,
  past: Past,
  count: number,
  plainly: InInfluxQl | undefined,
): Promise<readonly (readonly string[])[]> {
  const scan = await best(ROUNDS, () => plainScan(store, past));
  const rows = [['plain scan of the store', scan.toFixed(2), grouped(count / scan), '1', '']];
  if (plainly) {
    const took = await seconds(async () => {
      const found = await plainly(past);
      if (found !== count) throw new Error(`InfluxQL gave ${found} of ${count} readings`);
    });
    rows.push(['the same in InfluxQL', took.toFixed(2), grouped(count / took), (took / scan).toFixed(2), '']);
  }
  for (const [name, when] of past.rules) {
    const rule: Rule = { id: 'tried', when, for: '1m', clear: { for: '5m' }, severity: 'warning' };
    let alarms = 0;
    const took = await best(ROUNDS, async () => {
      const found = await backtestStore({
        store,
        plant: PLANT,
        rule,
        machines: past.machines,
        from: START,
        to: START + past.days * DAY_MS,
        pastCases: [],
        signal: new AbortController().signal,
      });
      if (found.readings !== count) throw new Error(`judged ${found.readings} of ${count} readings`);
      alarms = found.alarms.length;
    });
    rows.push([name, took.toFixed(2), grouped(count / took), (took / scan).toFixed(2), grouped(alarms)]);
  }
  return rows;
}

async function bench(kind: string, store: ReadingStore, plainly?: InInfluxQl): Promise<void> {
  await store.start();
  for (const past of PASTS) {
    const count = await fill(store, past);
    const head = [`${kind}: ${past.name}, best of ${ROUNDS}`, 'seconds', 'readings/s', 'to the scan', 'alarms'];
    print(`${grouped(count)} readings`, head, await measure(store, past, count, plainly));
  }
  await store.stop();
}

const dir = await tempDir('bench-backtest');
await bench('DuckDB', new DuckDbReadings(path.join(dir, 'readings.duckdb')));
await removeDir(dir);
const influx = await startInflux().catch((error: unknown) => {
  console.log(`InfluxDB is left out: ${String(error)}`);
  return undefined;
});
if (influx) {
  await influx.query('CREATE DATABASE bench');
  const url = influx.url('bench');
  await bench('InfluxDB', new InfluxReadings(url), inInfluxQl(url));
  await influx.stop();
}
