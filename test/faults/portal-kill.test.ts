/** A4: the portal is killed while people work with it; what it took is there once, and what they send again is told apart. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { prepareHouse } from '#test/house/processes.ts';
import { PASSWORD } from '#test/portal/plant.ts';
import { startPortal } from '#test/portal/portal.ts';
import { addCase } from '#test/portal/seed.ts';
import { startPostgres } from '#test/servers/postgres.ts';
import { Clerk } from './house/clerk.ts';
import { Forwarder, type Weather } from './house/forwarder.ts';

const KILLS = 3;
const PATIENCE = { timeout: 90_000, interval: 5 };

test('a portal killed again and again has done what it answered, and what is sent again is done once', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const databaseUrl = await postgres.createDatabase('portal');
  // The cases come from a portal in this process; nobody asks it for anything.
  const seed = await startPortal({ databaseUrl });
  for (const machine of ['press-1', 'press-2', 'guss-1']) await addCase(seed, { machine });
  await seed.stop();
  const portal = await prepareHouse('portal', { DATABASE_URL: databaseUrl, INFLUX_URL: 'http://127.0.0.1:9/none' });
  onTestFinished(() => portal.stop());
  await portal.start();
  const clerk = new Clerk(portal, { username: 'admin', password: PASSWORD });
  clerk.start();
  for (let kill = 1; kill <= KILLS; kill++) {
    await expect.poll(() => clerk.done, PATIENCE).toBeGreaterThan(kill * 3);
    await sleep(Math.random() * 150);
    await portal.kill();
    await portal.start();
  }
  await expect.poll(() => clerk.done, PATIENCE).toBeGreaterThan((KILLS + 1) * 3);
  await clerk.stop();
  const database = openDatabase({ databaseUrl, dataDir: '/nowhere' });
  await database.start();
  onTestFinished(() => database.stop());
  expect(await clerk.problems(database)).toEqual([]);
});

/** A clerk at a portal of which every third answer is lost after it has acted, as in a kill between commit and answer. */
async function withLostAnswers(weather: Weather): Promise<readonly string[]> {
  const portal = await startPortal();
  onTestFinished(() => portal.stop());
  for (const machine of ['press-1', 'press-2', 'guss-1']) await addCase(portal, { machine });
  const forwarder = await Forwarder.before(portal.url, { ...weather, losesEvery: 3 });
  onTestFinished(() => forwarder.stop());
  const clerk = new Clerk({ ready: () => ({ portal: forwarder.url }) }, { username: 'admin', password: PASSWORD });
  clerk.start();
  await expect.poll(() => clerk.done, PATIENCE).toBeGreaterThan(12);
  await clerk.stop();
  expect(clerk.repeats).toBeGreaterThan(2);
  return clerk.problems(portal.database);
}

test('a step whose answer was lost is not done once more', async () => {
  expect(await withLostAnswers({})).toEqual([]);
});

test('the mutant: a portal that does not look at the revision does it twice', async () => {
  expect((await withLostAnswers({ hides: 'if-match' })).length).toBeGreaterThan(0);
});
