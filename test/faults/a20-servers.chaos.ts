/** A20 with servers: embedded into PostgreSQL and InfluxDB, and from there into an embedded house again, each time under load. */
import { expect, onTestFinished, test } from 'vitest';
import { GATEWAY, startRealServers } from '#test/stories/assembly.ts';
import type { Stores } from './a20-house.ts';
import {
  agree,
  backUpUnderLoad,
  caughtUp,
  furnish,
  Houses,
  livesOn,
  PER_SECOND,
  restored,
  rulesCaughtUp,
} from './a20-story.ts';
import { message } from './house/fleet.ts';
import { LedgerPublisher } from './ledger-publisher.ts';

const PASSWORD = { MQTT_PASSWORD: 'only-for-tests' };

test('embedded, into servers, into an embedded house: each time all is there', async () => {
  const [servers, houses] = [await startRealServers(), new Houses()];
  onTestFinished(async () => {
    await houses.stop();
    await servers.stop();
  });
  const folder = await houses.dir();
  const first: Stores = { dataDir: await houses.dir(), databaseUrl: undefined, influxUrl: undefined };
  const house = await houses.start('house', PASSWORD, first.dataDir);
  const machine = await furnish(house);
  const login = { username: 'house', password: PASSWORD.MQTT_PASSWORD };
  const fleet = await LedgerPublisher.connect(house.ready().mqtt ?? '', login, PER_SECOND, message);
  fleet.start();
  const one = await backUpUnderLoad(fleet, first, folder);
  const sent = (await fleet.stop()).length;
  await caughtUp(house, one);
  await houses.kill();

  const { DATABASE_URL: databaseUrl, INFLUX_URL: influxUrl } = servers.settings;
  const second: Stores = { dataDir: await houses.dir(), databaseUrl, influxUrl };
  await restored(second, one);
  for (const part of ['ingest', 'rules'] as const) await houses.start(part, servers.settings, second.dataDir);
  await livesOn(await houses.start('portal', servers.settings, second.dataDir), machine);
  await rulesCaughtUp(second, one);
  await agree(first, second, one);

  expect(sent).toBeGreaterThan(one.acknowledged + 100);
  const goingOn = (n: number) => message(n + sent);
  const more = await LedgerPublisher.connect(servers.mosquitto.url, GATEWAY, PER_SECOND, goingOn);
  more.start();
  const two = await backUpUnderLoad(more, second, folder);
  await more.stop();
  await rulesCaughtUp(second, two);
  await houses.kill();

  const third: Stores = { ...first, dataDir: await houses.dir() };
  await restored(third, two);
  const last = await houses.start('house', PASSWORD, third.dataDir);
  await livesOn(last, machine);
  await caughtUp(last, two);
  await houses.kill();
  await agree(second, third, { ...two, acknowledged: one.acknowledged });
}, 300_000);
