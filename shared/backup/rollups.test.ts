/** What is rolled up goes from one reading store into the other and back, as it was. */
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { InfluxReadings } from '#shared/readings/influx.ts';
import { FIRST, type RollableStore, type Rollups, UNIT_MS } from '#shared/readings/rollups/port.ts';
import { startInflux } from '#test/servers/influx.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { givenUp, rolledPieces, saveGivenUp, unpackRolled } from './rollups.ts';

const START = Date.parse('2026-01-05T06:00:00Z');
const HOUR = UNIT_MS.hour;
const RAW_FROM = START + 40 * 24 * HOUR;
const MINUTES_FROM = START + 35 * 24 * HOUR;

/** Two machines over 40 days; one was silent later. */
async function fill(store: RollableStore): Promise<void> {
  const readings = Array.from({ length: 40 * 24 * 2 }, (_, n) => {
    const [machine, sensor] = n % 3 ? ['press-1', 'temp'] : ['press-2', 'load'];
    return { machine: machine ?? '', sensor: sensor ?? '', ts: START + (n * HOUR) / 2, value: Math.sin(n) };
  }).filter(({ machine, ts }) => machine === 'press-1' || ts < START + 9 * 24 * HOUR);
  const huge = [0, 1].map((n) => ({ machine: 'press-1', sensor: 'huge', ts: START + n, value: 1.7e308 }));
  await store.write([...readings, ...huge], []);
  await store.rollups.rollUp({ from: START, to: RAW_FROM });
  await store.rollups.save({ from: FIRST, to: RAW_FROM, rawFrom: RAW_FROM, minutesFrom: MINUTES_FROM });
  await store.rollups.remove({ readings: RAW_FROM, minutes: MINUTES_FROM });
}

async function move(from: Rollups, to: Rollups): Promise<void> {
  const given = await givenUp(from);
  if (!given) throw new Error('nothing was given up');
  for await (const { unit, bytes } of rolledPieces(from, given)) await to.put(unit, unpackRolled(bytes));
  await saveGivenUp(to, given);
}

async function everything(rollups: Rollups): Promise<unknown> {
  const all: unknown[] = [await rollups.state()];
  for (const unit of ['minute', 'hour'] as const)
    for (const machine of ['press-1', 'press-2']) {
      const query = { machine, sensors: ['temp', 'load', 'huge'], from: START, to: RAW_FROM };
      const shares = await rollups.rolled(unit, query, { start: 0, width: UNIT_MS[unit] });
      for (const [sensor, some] of shares) {
        const sorted = some.toSorted((a, b) => a.place - b.place);
        all.push([unit, machine, sensor, sorted.map((share) => ({ ...share, sum: finite(share.sum) }))]);
      }
    }
  return all;
}

const finite = (sum: number): number | string => (Number.isFinite(sum) ? sum : 'too large');

test('DuckDB to InfluxDB to DuckDB', async () => {
  const [influx, dir] = [await startInflux(), await tempDir('rolled')];
  await influx.query('CREATE DATABASE "rolled"');
  const first = new DuckDbReadings(path.join(dir, 'first.duckdb'));
  const middle = new InfluxReadings(influx.url('rolled'));
  const last = new DuckDbReadings(path.join(dir, 'last.duckdb'));
  onTestFinished(async () => {
    for (const store of [first, middle, last]) await store.stop();
    await influx.stop();
    await removeDir(dir);
  });
  for (const store of [first, middle, last]) await store.start();
  await fill(first);
  const before = await everything(first.rollups);
  expect(JSON.stringify(before).length).toBeGreaterThan(50_000);
  await move(first.rollups, middle.rollups);
  expect(await everything(middle.rollups)).toEqual(before);
  await move(middle.rollups, last.rollups);
  expect(await everything(last.rollups)).toEqual(before);
  expect(await last.rollups.firsts(RAW_FROM)).toHaveLength(3);
});
