/** `npm run portal`: API and pages, over the database, the InfluxDB and the journal the settings name. */
import { buildStandIn } from '#rules/service/stand-in.ts';
import { layFoundation } from '#shared/process/foundation.ts';
import { House, run } from '#shared/process/run.ts';
import { brokerAsToldBy } from './broker-told.ts';
import { buildPortal } from './build.ts';
import { openFrontDoor } from './front-door.ts';
import { webPagesBuilt } from './web-pages.ts';

await run(async () => {
  const foundation = await layFoundation(process.env, ['DATABASE_URL', 'INFLUX_URL']);
  const { log } = foundation;
  await webPagesBuilt(log);
  const door = await openFrontDoor(foundation);
  const portal = buildPortal({ ...foundation, house: door.house, checks: [brokerAsToldBy(foundation)] });
  const standIn = buildStandIn({ ...foundation, clock: Date.now });
  const house = new House([...foundation.servers, ...portal.parts, ...(standIn ? [standIn] : [])], log);
  await house.start();
  await door.tell({ portal: portal.url() });
  return { house, log };
});
