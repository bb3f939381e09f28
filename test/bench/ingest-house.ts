/** Ingest as `npm run ingest` builds it, over the servers the settings name or the embedded ones; tells its counters. */
import { buildIngest } from '#ingest/build.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import type { Plant } from '#shared/model/plant.ts';
import { layFoundation } from '#shared/process/foundation.ts';
import { House } from '#shared/process/run.ts';

const { env, plant } = JSON.parse(process.argv[2] ?? '') as { env: Record<string, string>; plant: Plant };
const foundation = await layFoundation(env);
const { database, metrics, settings } = foundation;
await database.transaction((tx) =>
  applyConfiguration(tx, { plant, rulebook: { version: 1, rules: [] }, author: null, reason: null }),
);
const ingest = buildIngest({ ...foundation, mqttPassword: settings.mqttPassword ?? 'only-for-benches', demo: true });
const house = new House([...foundation.servers, ...ingest.storing, ...ingest.arriving], foundation.log);
await house.start();
process.send?.('ready');
process.send?.({ mqtt: ingest.mqtt() });

const read = async (name: string): Promise<number> => {
  const metric = await metrics.registry.getSingleMetric(`leitwarte_${name}`)?.get();
  return metric?.values[0]?.value ?? 0;
};
setInterval(() => {
  void (async () => {
    const [messages, readings] = [await read('messages_stored'), await read('readings_written')];
    process.send?.({ at: Date.now(), messages, readings });
  })();
}, 5);
process.once('SIGTERM', () => void house.stop().then(() => process.exit(0)));
