/** `npm start`: the whole house in one process, over embedded stores or the servers the settings name. */
import { buildIngest } from '#ingest/build.ts';
import { DemoPast } from '#ingest/demo/demo-past.ts';
import { DemoFleet } from '#ingest/demo/fleet.ts';
import { ensureDemoPlant, isDemoHouse } from '#ingest/demo/house.ts';
import { demoPeople } from '#ingest/demo/people.ts';
import { buildRules } from '#rules/build.ts';
import { layFoundation } from '#shared/process/foundation.ts';
import { House, run } from '#shared/process/run.ts';
import { keptSecret } from '#shared/process/secrets.ts';
import { buildPortal } from './build.ts';
import { openFrontDoor } from './front-door.ts';
import { webPagesBuilt } from './web-pages.ts';

await run(async () => {
  const foundation = await layFoundation(process.env);
  const { settings, database, log } = foundation;
  await webPagesBuilt(log);
  const demo = settings.demo === undefined ? await isDemoHouse(database) : settings.demo === 'on';
  const epoch = demo ? await ensureDemoPlant(database) : 0;
  const door = await openFrontDoor(foundation, demo ? demoPeople : undefined);
  const mqttPassword = settings.mqttPassword ?? (await keptSecret(settings.dataDir, 'mqtt-password')).secret;

  const ingest = buildIngest({ ...foundation, mqttPassword, demo });
  const { journal, check, publish } = ingest;
  const rules = buildRules({ ...foundation, journal });
  const portal = buildPortal({ ...foundation, journal, house: door.house, checks: [{ name: 'broker', check }] });
  const fleet = new DemoFleet({ database, publish, prefix: settings.mqttPrefix, epoch, log });
  const past = new DemoPast({ ...foundation, dataDir: settings.dataDir, epoch });
  const house = new House(
    [
      ...foundation.servers,
      ...ingest.storing,
      ...rules.parts,
      ...ingest.arriving,
      ...portal.parts,
      ...(demo ? [fleet, past] : []),
    ],
    log,
  );
  await house.start();
  await door.tell({ portal: portal.url(), mqtt: ingest.mqtt() });
  return { house, log };
});
