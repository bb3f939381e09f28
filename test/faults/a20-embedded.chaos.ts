/** A20: an embedded house is backed up while machines speak, and restored elsewhere. */
import { expect, onTestFinished, test } from 'vitest';
import { command, type Stores } from './a20-house.ts';
import { agree, backUpUnderLoad, caughtUp, furnish, Houses, livesOn, PER_SECOND, restored } from './a20-story.ts';
import { message } from './house/fleet.ts';
import { LedgerPublisher } from './ledger-publisher.ts';

const PASSWORD = { MQTT_PASSWORD: 'only-for-tests' };

test('all that was acknowledged before is there once, alarms and cases are the same, people and machines get in', async () => {
  const houses = new Houses();
  onTestFinished(() => houses.stop());
  const first: Stores = { dataDir: await houses.dir(), databaseUrl: undefined, influxUrl: undefined };
  const house = await houses.start('house', PASSWORD, first.dataDir);
  const machine = await furnish(house);
  const login = { username: 'house', password: PASSWORD.MQTT_PASSWORD };
  const fleet = await LedgerPublisher.connect(house.ready().mqtt ?? '', login, PER_SECOND, message);
  fleet.start();
  const backup = await backUpUnderLoad(fleet, first, await houses.dir());
  expect((await fleet.stop()).length).toBeGreaterThan(backup.acknowledged + 100);
  await caughtUp(house, backup);

  const inhabited = await command('restore', first, '--from', backup.file, '--replace');
  expect([inhabited.code, inhabited.stderr]).toEqual([2, expect.stringContaining('stop it first')]);
  await houses.kill();
  const again = await command('restore', first, '--from', backup.file);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('--replace')]);

  const second: Stores = { ...first, dataDir: await houses.dir() };
  await restored(second, backup);
  const other = await houses.start('house', PASSWORD, second.dataDir);
  await livesOn(other, machine);
  await caughtUp(other, backup);
  await houses.kill();
  await agree(first, second, backup);
}, 240_000);
