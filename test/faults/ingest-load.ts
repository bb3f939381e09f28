/** A load of which every message is known by its number, and what of it is in InfluxDB. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '#shared/database/database.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Influx } from '#test/servers/influx.ts';
import { INFLUX_DATABASE, type RealServers } from '#test/stories/assembly.ts';
import type { Message } from './ledger-publisher.ts';

export const MACHINES = 20;
const START = Date.now() - 3_600_000;

const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'muster', name: 'Muster', tier: 'standard' }],
  models: [{ id: 'press', name: 'Presse', components: [], sensors: [{ id: 'temp' }] }],
  machines: Array.from({ length: MACHINES }, (_, n) => ({ id: `press-${n}`, model: 'press', customer: 'muster' })),
};

/** Message n carries the value n at a time no other message has. */
export function message(n: number): Message {
  return { topic: `machines/press-${n % MACHINES}/telemetry`, payload: `{"ts":${START + n},"values":{"temp":${n}}}` };
}

/** Imports the plant of the load before any part of the house runs. */
export async function configure({ settings }: RealServers): Promise<void> {
  const database = openDatabase({ databaseUrl: settings['DATABASE_URL'], dataDir: '/nowhere' });
  await database.start();
  await database.transaction((tx) =>
    applyConfiguration(tx, { plant: PLANT, rulebook: { version: 1, rules: [] }, author: null, reason: null }),
  );
  await database.stop();
}

export async function countOf(influx: Influx): Promise<number> {
  const [series] = await influx.query('SELECT count("value") FROM "reading"', INFLUX_DATABASE);
  return Number(series?.values[0]?.[1] ?? 0);
}

/** The numbers that are stored, ascending; throws where time, machine or sensor are not that number's. */
export async function numbersIn(influx: Influx): Promise<number[]> {
  const series = await influx.query('SELECT "value" FROM "reading" GROUP BY "machine", "sensor"', INFLUX_DATABASE);
  const numbers = series.flatMap(({ tags, values }) =>
    values.map(([time, value]) => {
      const n = Number(value);
      const [is, must] = [
        [tags?.['machine'], tags?.['sensor'], time],
        [`press-${n % MACHINES}`, 'temp', START + n],
      ];
      if (is.join() !== must.join()) throw new Error(`reading ${n} is stored as ${is.join()}`);
      return n;
    }),
  );
  return numbers.toSorted((a, b) => a - b);
}

/** What the ledger and the store do not agree about: acknowledged and missing, or stored and unknown, or twice. */
export function disagreement(ledger: readonly number[], stored: readonly number[]) {
  const [known, there] = [new Set(ledger), new Set(stored)];
  return {
    missing: ledger.filter((n) => !there.has(n)),
    extra: stored.filter((n) => !known.has(n)),
    twice: stored.length - there.size,
  };
}

/** Waits until so many readings are stored; answers after how many seconds. */
export async function storedWithin(influx: Influx, count: number, withinMs: number): Promise<number> {
  const begin = performance.now();
  while ((await countOf(influx)) < count) {
    if (performance.now() - begin > withinMs)
      throw new Error(`${await countOf(influx)} of ${count} readings are stored`);
    await sleep(100);
  }
  return (performance.now() - begin) / 1000;
}
