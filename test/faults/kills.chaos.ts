/** Forty kills over all processes of a working house in one run: nothing is lost or doubled, and the alarms are the right ones. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { ADMIN_PASSWORD } from '#test/house/processes.ts';
import { GATEWAY } from '#test/stories/assembly.ts';
import { alarmsByBacktest, alarmsOf, horizon } from './house/alarms.ts';
import { audit, caseProblems, readBooks } from './house/accounts.ts';
import { Clerk } from './house/clerk.ts';
import { message } from './house/fleet.ts';
import { WholeHouse } from './house/house.ts';
import { Mayhem } from './house/mayhem.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';

const KILLS = Number(process.env['CHAOS_KILLS'] ?? 40);
const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
/** Each with two readings. */
const MESSAGES_PER_SECOND = 1_000;
const QUIET_WITHIN_MS = 90_000;

test(`${KILLS} kills over all processes lose nothing, double nothing and change no alarm (CHAOS_SEED=${SEED})`, {
  timeout: 900_000,
}, async () => {
  const house = await WholeHouse.prepare();
  onTestFinished(() => house.stop());
  await house.start();
  const fleet = await LedgerPublisher.connect(house.servers.mosquitto.url, GATEWAY, MESSAGES_PER_SECOND, message);
  const clerk = new Clerk(house.parts.portal, { username: 'admin', password: ADMIN_PASSWORD });
  fleet.start();
  clerk.start();
  const begin = performance.now();
  const mayhem = new Mayhem(house, SEED);
  await mayhem.kill(KILLS);
  const seconds = (performance.now() - begin) / 1000;
  await sleep(3_000);
  await clerk.stop();
  const { length: acknowledged } = await fleet.stop();
  const ended = performance.now();

  const database = openDatabase({ databaseUrl: house.servers.settings['DATABASE_URL'], dataDir: '/nowhere' });
  await database.start();
  onTestFinished(() => database.stop());
  const { end } = await house.progress();
  await expect
    .poll(async () => (await house.progress()).rules, { timeout: QUIET_WITHIN_MS, interval: 500 })
    .toBeGreaterThanOrEqual(end);
  let books = await readBooks(house.servers.influx, database);
  while (audit(acknowledged, books).problems.length > 0 && performance.now() - ended < QUIET_WITHIN_MS) {
    await sleep(1_000);
    books = await readBooks(house.servers.influx, database);
  }
  const { problems, lost } = audit(acknowledged, books);
  const until = horizon(acknowledged);
  const [raised, expected] = [await alarmsOf(database, until), await alarmsByBacktest(acknowledged, books, until)];
  const shares = [...mayhem.killed].map(([victim, times]) => `${victim} ${times}`).join(', ');
  await measured('kills', {
    row: `${KILLS} random kills in ${seconds.toFixed(0)} s (${shares}) at ${MESSAGES_PER_SECOND * 2} readings/s`,
    figures:
      `${acknowledged} messages acknowledged; every reading stored once or set aside with its reason, ${lost.length} in holes ` +
      `of the broker that \`seq\` has shown; ${raised.length} alarms, the same as by backtest; ${clerk.done} comments on cases, ` +
      `${clerk.repeats} sent again, each there once (seed ${SEED})`,
  });
  expect(problems.slice(0, 10)).toEqual([]);
  expect(differences(raised, expected)).toEqual([]);
  expect(raised.length).toBeGreaterThan(KILLS * 5);
  expect(await caseProblems(database)).toEqual([]);
  expect(await clerk.problems(database)).toEqual([]);
  expect(clerk.done).toBeGreaterThan(KILLS);
  // The broker alone may lose what it had not handed over, of the last second before each of its own deaths.
  expect(lost.length).toBeLessThanOrEqual((mayhem.killed.get('mosquitto') ?? 0) * MESSAGES_PER_SECOND);
});

function differences(found: readonly string[], expected: readonly string[]): readonly string[] {
  const [has, must] = [new Set(found), new Set(expected)];
  return [
    ...found.filter((line) => !must.has(line)).map((line) => `found ${line}`),
    ...expected.filter((line) => !has.has(line)).map((line) => `expected ${line}`),
  ].slice(0, 20);
}
