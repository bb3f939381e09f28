/** kill -9 of ingest under load: every acknowledged reading is in InfluxDB exactly once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import type { Plant } from '#shared/model/plant.ts';
import { startHouse } from '#test/house/processes.ts';
import type { Influx } from '#test/servers/influx.ts';
import { waitFor } from '#test/servers/tools.ts';
import { GATEWAY, INFLUX_DATABASE, startRealServers } from '#test/stories/assembly.ts';
import { tell } from '#test/stories/tell.ts';
import { LedgerPublisher } from './ledger-publisher.ts';

const KILLS = 10;
const PER_SECOND = 2_000;
const MACHINES = 20;
const START = Date.now() - 3_600_000;

const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'muster', name: 'Muster', tier: 'standard' }],
  models: [{ id: 'press', name: 'Presse', components: [], sensors: [{ id: 'temp' }] }],
  machines: Array.from({ length: MACHINES }, (_, n) => ({ id: `press-${n}`, model: 'press', customer: 'muster' })),
};

/** Message n carries the value n at a time no other message has. */
function message(n: number): { topic: string; payload: string } {
  return { topic: `machines/press-${n % MACHINES}/telemetry`, payload: `{"ts":${START + n},"values":{"temp":${n}}}` };
}

test('ten kills of ingest under 2,000 messages a second lose nothing and double nothing', async () => {
  const servers = await startRealServers();
  onTestFinished(() => servers.stop());
  const database = openDatabase({ databaseUrl: servers.settings['DATABASE_URL'], dataDir: '/nowhere' });
  await database.start();
  await database.transaction((tx) =>
    applyConfiguration(tx, { plant: PLANT, rulebook: { version: 1, rules: [] }, author: null, reason: null }),
  );
  await database.stop();

  const ingest = await startHouse('ingest', servers.settings);
  onTestFinished(() => ingest.stop());
  const fleet = await LedgerPublisher.connect(servers.mosquitto.url, GATEWAY, PER_SECOND, message);
  const begin = performance.now();
  fleet.start();
  for (let n = 0; n < KILLS; n++) {
    await sleep(400 + Math.random() * 600);
    await ingest.kill();
    await ingest.restart();
  }
  const seconds = (performance.now() - begin) / 1000;
  const ledger = await fleet.stop();
  expect(ledger).toHaveLength(fleet.sent);
  expect(ledger.length).toBeGreaterThan(KILLS * 400 * (PER_SECOND / 1000));

  await waitFor('everything is stored', async () => (await countOf(servers.influx)) >= ledger.length, 60_000);
  const caughtUp = (performance.now() - begin) / 1000 - seconds;
  const stored = await valuesOf(servers.influx);
  tell(
    `${KILLS} kills in ${seconds.toFixed(0)} s at ${(ledger.length / seconds).toFixed(0)} messages/s: ${ledger.length} acknowledged, ` +
      `${stored.length} in InfluxDB, the last ${caughtUp.toFixed(1)} s after the last message`,
  );
  const missing = ledger.filter(not(stored));
  const extra = stored.filter(not(ledger));
  expect({ missing, extra, times: stored.length }).toEqual({ missing: [], extra: [], times: ledger.length });
}, 300_000);

function not(others: readonly number[]): (n: number) => boolean {
  const known = new Set(others);
  return (n) => !known.has(n);
}

async function countOf(influx: Influx): Promise<number> {
  const [series] = await influx.query('SELECT count("value") FROM "reading"', INFLUX_DATABASE);
  return Number(series?.values[0]?.[1] ?? 0);
}

/** The number each stored reading carries, in order of time; throws where time, machine or sensor are not that number's. */
async function valuesOf(influx: Influx): Promise<number[]> {
  const series = await influx.query('SELECT "value" FROM "reading" GROUP BY "machine", "sensor"', INFLUX_DATABASE);
  const numbers = series.flatMap(({ tags, values }) =>
    values.map(([time, value]) => {
      const n = Number(value);
      expect([tags?.['machine'], tags?.['sensor'], time]).toEqual([`press-${n % MACHINES}`, 'temp', START + n]);
      return n;
    }),
  );
  return numbers.toSorted((a, b) => a - b);
}
