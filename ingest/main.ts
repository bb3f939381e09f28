/** `npm run ingest`: broker, journal and writer, against the servers the settings name. */
import { layFoundation, tellReady } from '#shared/process/foundation.ts';
import { House, run } from '#shared/process/run.ts';
import { keptSecret } from '#shared/process/secrets.ts';
import { buildIngest } from './build.ts';

await run(async () => {
  const foundation = await layFoundation(process.env, ['DATABASE_URL', 'INFLUX_URL']);
  const { settings, log } = foundation;
  const mqttPassword = settings.mqttPassword ?? (await keptSecret(settings.dataDir, 'mqtt-password')).secret;
  const ingest = buildIngest({ ...foundation, mqttPassword, demo: settings.demo === 'on' });
  const house = new House([...foundation.servers, ...ingest.storing, ...ingest.arriving], log);
  await house.start();
  tellReady(log, { mqtt: ingest.mqtt() });
  return { house, log };
});
