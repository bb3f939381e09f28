/**
 * `npm run bench:charts`: 600 buckets of one sensor over a day, 30 days and a year, from the raw readings and from what is
 * rolled up, side by side; on the embedded store, and on InfluxDB where influxd is. The month is at 1 Hz; the year every 10 s,
 * or as `YEAR_EVERY=1` (seconds) says: at 1 Hz filling InfluxDB takes some minutes.
 */
import path from 'node:path';
import { createLog } from '#shared/process/log.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { InfluxReadings } from '#shared/readings/influx.ts';
import type { Reading, ReadingStore } from '#shared/readings/port.ts';
import type { RollableStore } from '#shared/readings/rollups/port.ts';
import { RolledReadings } from '#shared/readings/rollups/rolled.ts';
import { RollupKeeper } from '#ingest/rollups/keeper.ts';
import { startInflux } from '#test/servers/influx.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { grouped, print } from './print.ts';

const DAY_MS = 86_400_000;
/** Neither whole minutes nor hours, as charts of the last so many days are. */
const END = Date.UTC(2026, 0, 1) + 34_567;
const NOW = END + 3_600_000;
const BATCH = 50_000;
const ROUNDS = 5;
const YEAR_EVERY_MS = Number(process.env['YEAR_EVERY'] ?? 10) * 1_000;

const CHARTS = [
  { name: 'a day at 1 Hz', machine: 'month', days: 1 },
  { name: '30 days at 1 Hz', machine: 'month', days: 30 },
  { name: `a year every ${YEAR_EVERY_MS / 1_000} s`, machine: 'year', days: 365 },
] as const;

function* course(machine: string, days: number, everyMs: number): Generator<Reading> {
  for (let ts = END - days * DAY_MS; ts < END; ts += everyMs) {
    yield { machine, sensor: 'a', ts, value: Math.round(6_000 + 1_800 * Math.sin(ts / 572_957)) / 100 };
  }
}

async function fill(store: ReadingStore, readings: Iterable<Reading>): Promise<number> {
  let batch: Reading[] = [];
  let count = 0;
  for (const reading of readings) {
    if (batch.push(reading) < BATCH) continue;
    await store.write(batch, []);
    count += batch.length;
    batch = [];
  }
  await store.write(batch, []);
  return count + batch.length;
}

/** Milliseconds, the middle of several turns. */
async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return times.toSorted((a, b) => a - b)[ROUNDS >> 1] as number;
}

async function bench(kind: string, store: RollableStore): Promise<void> {
  const rolled = new RolledReadings(store);
  await rolled.start();
  const readings =
    (await fill(store, course('month', 30, 1_000))) + (await fill(store, course('year', 365, YEAR_EVERY_MS)));
  const keeper = new RollupKeeper({
    upkeep: rolled.upkeep,
    keep: {},
    behindMs: () => 0,
    clock: Date.now,
    log: createLog('error'),
  });
  const began = performance.now();
  while (await keeper.step(NOW));
  const seconds = (performance.now() - began) / 1_000;
  const rows: string[][] = [];
  for (const { name, machine, days } of CHARTS) {
    const chart = { machine, sensors: ['a'], from: END - days * DAY_MS, to: END, buckets: 600 };
    const raw = await median(() => store.buckets(chart));
    const short = await median(() => rolled.buckets(chart));
    const buckets = (await rolled.buckets(chart)).sensors.get('a')?.length ?? 0;
    rows.push([name, raw.toFixed(0), short.toFixed(0), (raw / short).toFixed(1), String(buckets)]);
  }
  print(
    `${kind}: ${grouped(readings)} readings rolled up in ${seconds.toFixed(1)} s, ${grouped(readings / seconds)} a second`,
    [`600 buckets, median of ${ROUNDS}`, 'raw, ms', 'rolled up, ms', 'ratio', 'buckets'],
    rows,
  );
  await rolled.stop();
}

const dir = await tempDir('bench-charts');
await bench('DuckDB', new DuckDbReadings(path.join(dir, 'readings.duckdb')));
await removeDir(dir);
const influx = await startInflux().catch((error: unknown) => {
  console.log(`InfluxDB is left out: ${String(error)}`);
  return undefined;
});
if (influx) {
  await bench('InfluxDB', new InfluxReadings(influx.url('bench')));
  await influx.stop();
}
