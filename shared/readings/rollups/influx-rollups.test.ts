import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Influx, startInflux } from '#test/servers/influx.ts';
import { InfluxReadings } from '../influx.ts';
import { FIRST, UNIT_MS } from './port.ts';
import { RolledReadings } from './rolled.ts';

const HOUR = UNIT_MS.hour;
/** Real: InfluxDB measures what is too old by its own clock. */
const NOW = Math.floor(Date.now() / HOUR) * HOUR;
const reading = (ts: number, value = 1) => ({ machine: 'press-1', sensor: 'a', ts, value });

let influx: Influx;
beforeAll(async () => {
  influx = await startInflux();
});
afterAll(() => influx.stop());

/** Another user's address, who may read and write the database and nothing else. */
async function plainUser(database: string): Promise<string> {
  await influx.query(`CREATE DATABASE "${database}"`);
  await influx.query(`CREATE USER "plain-${database}" WITH PASSWORD 'only-for-tests'`);
  await influx.query(`GRANT ALL ON "${database}" TO "plain-${database}"`);
  return influx.url(database).replace('admin:', `plain-${database}:`);
}

async function rolledUp(url: string, ...ages: number[]): Promise<RolledReadings> {
  const store = new RolledReadings(new InfluxReadings(url));
  await store.start();
  await store.write(
    ages.map((hours) => reading(NOW - hours * HOUR)),
    [],
  );
  let state = await store.upkeep.state(NOW);
  while (state.from > FIRST) state = await store.upkeep.extend(state, 24 * HOUR);
  return store;
}

const counted = async (store: RolledReadings, hours: number) => {
  const { sensors } = await store.buckets({
    machine: 'press-1',
    sensors: ['a'],
    from: NOW - hours * HOUR,
    to: NOW,
    buckets: 4,
  });
  return (sensors.get('a') ?? []).reduce((sum, { count }) => sum + count, 0);
};

test('rollups outlive a database whose own policy lets readings go, and such are refused by name, not tried again', async () => {
  await influx.query('CREATE DATABASE short WITH DURATION 30d SHARD DURATION 1d');
  const store = await rolledUp(influx.url('short'), 1, 20 * 24);
  expect(await influx.query('SHOW MEASUREMENTS', 'short')).toMatchObject([
    { values: expect.arrayContaining([['reading_1h'], ['reading_1m']]) },
  ]);
  expect(await influx.query('SELECT count FROM "autogen"."reading_1h"', 'short')).toEqual([]);
  expect(await store.upkeep.ownLimit()).toBe(30 * 24 * HOUR);
  const old = reading(NOW - 40 * 24 * HOUR);
  const refused = await store.write([old, reading(NOW - 2 * HOUR)], []);
  expect(refused).toEqual([{ reading: old, detail: expect.stringContaining('retention policy') }]);
  await influx.query('ALTER RETENTION POLICY "leitwarte" ON short DURATION INF DEFAULT', 'short');
  expect(await store.upkeep.ownLimit()).toBeUndefined();
  await store.stop();
});

test('a user who may make no policy has rollups all the same, beside the readings', async () => {
  const url = await plainUser('modest');
  const store = await rolledUp(url, 1, 50, 51, 300);
  expect(await counted(store, 24 * 20)).toBe(4);
  expect(await influx.query('SELECT count FROM "autogen"."reading_1h"', 'modest')).toMatchObject([
    { values: { length: 4 } },
  ]);
  const again = new RolledReadings(new InfluxReadings(url));
  expect(await again.upkeep.state(NOW)).toMatchObject({ from: FIRST, to: NOW });
  await store.upkeep.remove(await store.upkeep.state(NOW), { readings: NOW - 100 * HOUR });
  expect([await store.count(), await counted(again, 24 * 20)]).toEqual([3, 4]);
});

test('what others keep in the same database stays, whatever is given up', async () => {
  const store = await rolledUp(influx.url('shared'), 400, 10);
  const { status } = await fetch(`http://127.0.0.1:${influx.port}/write?db=shared&precision=ms`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${influx.username}:${influx.password}`).toString('base64')}` },
    body: `weather,site=a value=1 ${NOW - 500 * HOUR}`,
  });
  expect(status).toBe(204);
  const all = NOW - HOUR;
  await store.upkeep.remove(await store.upkeep.state(NOW), { readings: all, minutes: all, hours: all, events: all });
  expect(await influx.query('SELECT value FROM weather', 'shared')).toMatchObject([{ values: { length: 1 } }]);
  expect([await store.count(), await counted(store, 500)]).toEqual([0, 0]);
});
