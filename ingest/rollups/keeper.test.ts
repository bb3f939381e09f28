import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '#shared/process/log.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { FIRST, UNIT_MS } from '#shared/readings/rollups/port.ts';
import { RolledReadings } from '#shared/readings/rollups/rolled.ts';
import { removeDir, tempDir, waitFor } from '#test/servers/tools.ts';
import { outdated } from './keep.ts';
import { RollupKeeper } from './keeper.ts';

const HOUR = UNIT_MS.hour;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 2, 10, 12, 30);
let dir: string;
let plain: DuckDbReadings;
let store: RolledReadings;
let told: string[];
let now: number;
let behind: number;

beforeEach(async () => {
  dir = await tempDir('keeper');
  plain = new DuckDbReadings(path.join(dir, 'readings.duckdb'));
  store = new RolledReadings(plain);
  await store.start();
  told = [];
  now = NOW;
  behind = 0;
});
afterEach(async () => {
  await store.stop();
  await removeDir(dir);
});

const reading = (ts: number, value = 1) => ({ machine: 'press-1', sensor: 'a', ts, value });

function keeperOf(keep: ConstructorParameters<typeof RollupKeeper>[0]['keep'] = {}): RollupKeeper {
  const write = (line: string): void => void told.push((JSON.parse(line) as { msg: string }).msg);
  return new RollupKeeper({
    upkeep: store.upkeep,
    keep,
    behindMs: () => behind,
    clock: () => now,
    log: createLog('info', { destination: { write } }),
  });
}

async function settle(keeper: RollupKeeper): Promise<void> {
  while (await keeper.step(now));
}

/** What is rolled up in the range alone, without a look at the raw readings. */
async function rolledHours(from: number, to: number): Promise<number[][]> {
  const shares = await plain.rollups.rolled(
    'hour',
    { machine: 'press-1', sensors: ['a'], from, to },
    { start: from, width: HOUR },
  );
  return (shares.get('a') ?? []).map(({ place, count }) => [place, count]).toSorted(([a = 0], [b = 0]) => a - b);
}

test('what a store held before is rolled up back to its first reading, then each hour that is over', async () => {
  await plain.write(
    [-400 * DAY, -90 * DAY, -90 * DAY + 5, -2 * HOUR, -HOUR, -1].map((ago) => reading(NOW + ago)),
    [],
  );
  const keeper = keeperOf();
  await settle(keeper);
  const noon = NOW - 30 * 60_000;
  expect(await store.upkeep.state(NOW)).toMatchObject({ from: FIRST, to: noon });
  expect(await rolledHours(NOW - 401 * DAY - 30 * 60_000, NOW + DAY)).toEqual([
    [24, 1],
    [311 * 24, 2],
    [401 * 24 - 2, 1],
    [401 * 24 - 1, 1],
  ]);
  expect(told).toEqual(['readings of the past are being rolled up', 'all readings of the past are rolled up']);
  now += 40 * 60_000;
  behind = 5 * 60_000;
  await settle(keeper);
  expect(await rolledHours(noon, NOW + DAY)).toEqual([]);
  behind = 0;
  await settle(keeper);
  expect(await rolledHours(noon, NOW + DAY)).toEqual([[0, 1]]);
});

test('an hour that gets late readings is rolled up again, once', async () => {
  const keeper = keeperOf();
  await settle(keeper);
  await store.write(
    [-HOUR, -3 * HOUR].map((ago) => reading(NOW + ago)),
    [],
  );
  expect(await rolledHours(NOW - DAY, NOW)).toEqual([]);
  await settle(keeper);
  expect(await rolledHours(NOW - 30 * 60_000 - 4 * HOUR, NOW)).toEqual([
    [1, 1],
    [3, 1],
  ]);
  expect(await plain.rollups.marks({ limit: 9 })).toEqual([]);
});

test('once a day what is no longer kept is given up, also what a day without the house would have', async () => {
  const keeper = keeperOf({ readings: 10 * DAY, minutes: 20 * DAY, hours: 30 * DAY, events: DAY });
  const days = [40, 29, 25, 15, 9, 1];
  await plain.write(
    days.map((ago) => reading(NOW - ago * DAY)),
    [{ machine: 'press-1', ts: NOW - 2 * DAY, code: 'E1', text: '' }],
  );
  await settle(keeper);
  const kept = async () => [
    await store.count(),
    (
      await plain.rollups.rolled(
        'minute',
        { machine: 'press-1', sensors: ['a'], from: 0, to: NOW },
        { start: 0, width: 60_000 },
      )
    ).get('a')?.length,
    (await rolledHours(0, NOW)).length,
    (await store.events({ machine: 'press-1', from: 0, to: NOW, limit: 9 })).length,
  ];
  expect(await kept()).toEqual([2, 3, 5, 0]);
  now += 6 * HOUR;
  await settle(keeper);
  now += 6 * DAY;
  await settle(keeper);
  expect(await kept()).toEqual([1, 2, 3, 0]);
  expect(told.filter((text) => text.includes('given up'))).toHaveLength(2);
});

test('raw readings are given up only as far as they are rolled up, and a store that lets them go by itself is believed', () => {
  const state = { from: FIRST, to: NOW - 5 * DAY, rawFrom: FIRST, minutesFrom: FIRST };
  const hour = NOW - 30 * 60_000;
  expect(outdated({}, state, NOW, undefined)).toEqual({});
  expect(outdated({ readings: DAY }, state, NOW, undefined)).toEqual({ readings: NOW - 5 * DAY });
  expect(outdated({ readings: 90 * DAY, hours: 99 * DAY }, state, NOW, 30 * DAY)).toEqual({
    readings: hour - 30 * DAY,
    hours: hour - 99 * DAY,
  });
});

test('a store that is away is told of once, and all is done when it is back', async () => {
  await plain.write([reading(NOW - DAY)], []);
  await plain.stop();
  const keeper = keeperOf();
  await keeper.start();
  await waitFor('a warning', () => told.length > 0);
  await keeper.stop();
  expect(told).toEqual(['readings are not rolled up now; trying again']);
  await plain.start();
  await settle(keeper);
  expect(await rolledHours(NOW - 2 * DAY - 30 * 60_000, NOW)).toEqual([[24, 1]]);
});
