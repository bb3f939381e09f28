/**
 * `npm run bench:latency`: from a machine's publish to its case in the database, at 5,000 readings a second through mosquitto, with
 * ingest and rules as two processes, PostgreSQL (fsync on) and InfluxDB. The time of a case is that of the commit, as the
 * database tells its listeners.
 */
import { connectAsync } from 'mqtt';
import { sql } from 'kysely';
import { openDatabase } from '#shared/database/database.ts';
import { CHANGE_CHANNEL } from '#shared/database/queries/changes.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { startHouse } from '#test/house/processes.ts';
import { tempDir, waitFor } from '#test/servers/tools.ts';
import { GATEWAY, startRealServers } from '#test/stories/assembly.ts';
import { grouped, print } from './print.ts';

const MACHINES = 100;
const SENSORS = 5;
/** Messages a second, each with a reading of every sensor: 5,000 readings. */
const RATE = 1_000;
const TICK_MS = 10;
const WARM_UP_S = 8;
const SECONDS = 40;
/** One reading in so many messages is past its limit: ten new cases a second, each at a place of its own. */
const PROBE_EVERY = 100;

const NORMAL = 60;
const HOT = 95;

const components = Array.from({ length: SENSORS }, (_, i) => ({ id: `c${i}`, name: `C${i}` }));
const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'acme', name: 'Acme', tier: 'standard' }],
  models: [
    {
      id: 'mk1',
      name: 'Mark 1',
      components,
      sensors: components.map(({ id }, i) => ({ id: `s${i}`, component: id, tolerance: { low: 40, high: 80 } })),
    },
  ],
  machines: Array.from({ length: MACHINES }, (_, i) => ({ id: `m-${i}`, model: 'mk1', customer: 'acme' })),
};
const RULES: readonly Rule[] = components.map((_, i) => {
  return { id: `r${i}`, when: { sensor: `s${i}`, outside: '20%' }, severity: 'danger' };
});

const servers = await startRealServers();
const database = openDatabase({ databaseUrl: servers.settings['DATABASE_URL'], dataDir: '' });
await database.start();
await sql`alter system set fsync = on`.execute(database.kysely);
await sql`select pg_reload_conf()`.execute(database.kysely);
await database.transaction((tx) =>
  applyConfiguration(tx, { plant: PLANT, rulebook: { version: 1, rules: RULES }, author: null, reason: null }),
);
const dir = await tempDir('latency');
const ingest = await startHouse('ingest', servers.settings, dir);
const rules = await startHouse('rules', servers.settings, dir);

/** When the database told of changes up to an id. */
const told: { readonly id: number; readonly at: number }[] = [];
await database.listen(CHANGE_CHANNEL, (payload) => void told.push({ id: Number(payload), at: performance.now() }));

/** When the reading that opens the case of a machine and component was published. */
const published = new Map<string, number>();
const client = await connectAsync(servers.mosquitto.url, { ...GATEWAY, clientId: 'bench', protocolVersion: 5 });
/** A machine's own times never repeat: a second reading of one time would be late. */
const newest = new Float64Array(MACHINES);
let sent = 0;
let failed = 0;

function publish(probes: boolean): void {
  const machine = sent % MACHINES;
  const isProbe = probes && sent % PROBE_EVERY === 0;
  const probe = published.size;
  const target = isProbe ? probe % MACHINES : machine;
  const sensor = Math.floor(probe / MACHINES);
  const values = Object.fromEntries(
    components.map((_, i) => [`s${i}`, isProbe && i === sensor ? HOT : NORMAL + ((sent + i) % 7)]),
  );
  sent++;
  const ts = Math.max(Date.now(), (newest[target] as number) + 1);
  newest[target] = ts;
  if (isProbe) published.set(`m-${target} c${sensor}`, performance.now());
  client
    .publishAsync(`machines/m-${target}/telemetry`, JSON.stringify({ ts, values }), { qos: 1 })
    .catch(() => void failed++);
}

/** Keeps to the rate over the whole run, however late a tick comes. */
async function publishFor(seconds: number, probes: boolean): Promise<void> {
  const begin = performance.now();
  let done = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - begin;
      for (; done < Math.min(elapsed / 1_000, seconds) * RATE; done++) publish(probes);
      if (elapsed < seconds * 1_000) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
}

/** From publish to the commit that made the case, ms. */
async function latencies(): Promise<number[]> {
  const rows = await database.kysely
    .selectFrom('change')
    .innerJoin('service_case as c', (join) =>
      join.on('change.kind', '=', 'case').on(sql`c.id::text`, '=', sql`change.ref`),
    )
    .select((e) => ['c.machine', 'c.component', e.fn.min('change.id').as('id')])
    .groupBy(['c.machine', 'c.component'])
    .execute();
  return rows.flatMap(({ machine, component, id }) => {
    const begin = published.get(`${machine} ${component}`);
    const at = told.find((one) => one.id >= id)?.at;
    return begin === undefined || at === undefined ? [] : [at - begin];
  });
}

try {
  await publishFor(WARM_UP_S, false);
  const begin = performance.now();
  const before = sent;
  await publishFor(SECONDS, true);
  const rate = ((sent - before) * SENSORS) / ((performance.now() - begin) / 1_000);
  await waitFor('every case is there', async () => (await latencies()).length >= published.size, 20_000).catch(
    () => undefined,
  );
  const sorted = (await latencies()).toSorted((a, b) => a - b);
  const quantile = (q: number): string =>
    `${(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN).toFixed(0)} ms`;
  print(
    `${grouped(rate)} readings a second, ${published.size} new cases in ${SECONDS} s, ${published.size - sorted.length} missing, ${failed} publishes failed`,
    ['publish → case committed', 'p50', 'p90', 'p99', 'worst'],
    [['mosquitto, journal, PostgreSQL', quantile(0.5), quantile(0.9), quantile(0.99), quantile(1)]],
  );
} finally {
  await client.endAsync(true);
  await database.stop();
  await rules.stop();
  await ingest.stop();
  await servers.stop();
}
