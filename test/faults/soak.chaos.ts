/**
 * A17: ten minutes of bad weather at 2,000 readings a second. Servers are killed, wires cut, processes frozen; ingest, rules and portal
 * themselves live on, because one that is killed forgets what it leaks. Memory, open files and lag must not grow.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { GATEWAY } from '#test/stories/assembly.ts';
import { message } from './house/fleet.ts';
import { WholeHouse } from './house/house.ts';
import { settle } from './house/settle.ts';
import { Vitals } from './house/vitals.ts';
import { badWeather } from './house/weather.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';

const SECONDS = Number(process.env['CHAOS_SOAK_S'] ?? 600);
const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
/** Each with two readings. */
const MESSAGES_PER_SECOND = 1_000;
const SAMPLE_MS = 4_000;
/** Until a process has seen everything once. */
const WARM_UP = 0.3;
/** What may be added over the rest of the time: of memory a tenth, of open files so many, of lag so many MB. */
const MEMORY_SHARE = 0.1;
const FILES = 5;
const LAG_MB = 1;

test(`${SECONDS} s of bad weather leave memory, open files and lag as they are (CHAOS_SEED=${SEED})`, {
  timeout: (SECONDS + 600) * 1_000,
}, async () => {
  const house = await WholeHouse.prepare();
  onTestFinished(() => house.stop());
  await house.start();
  const fleet = await LedgerPublisher.connect(house.servers.mosquitto.url, GATEWAY, MESSAGES_PER_SECOND, message);
  const vitals = new Vitals(house);
  fleet.start();
  const begin = performance.now();
  let isOver = false;
  const sampling = (async () => {
    while (!isOver) {
      await vitals.take(performance.now() - begin);
      await sleep(SAMPLE_MS);
    }
  })();
  const had = await badWeather(house, SEED, SECONDS * 1_000);
  isOver = true;
  await sampling;
  const { length: acknowledged } = await fleet.stop();

  const database = openDatabase({ databaseUrl: house.servers.settings['DATABASE_URL'], dataDir: '/nowhere' });
  await database.start();
  onTestFinished(() => database.stop());
  const { problems, lost, late, alarms, seconds } = await settle(house, database, acknowledged);
  const trends = vitals.trends(SECONDS * 1_000 * WARM_UP);
  expect(problems, `${late} messages came behind later ones`).toEqual([]);
  for (const [name, { median, growth }] of trends) {
    const most = name.endsWith('files') ? FILES : name.includes('lag') ? LAG_MB : median * MEMORY_SHARE;
    expect(growth, `growth of ${name}`).toBeLessThan(most);
  }
  const grown = [...trends].map(([name, { median, growth }]) => `${name} ${median.toFixed(1)} ${signed(growth)}`);
  const troubles = [...had].map(([name, times]) => `${name} ${times}`).join(', ');
  await measured('soak', {
    row: `${SECONDS} s at ${MESSAGES_PER_SECOND * 2} readings/s in bad weather (${troubles})`,
    figures:
      `${acknowledged} messages acknowledged, ${lost} lost by mosquitto and shown by \`seq\`, ${late} delivered behind later ones, ${alarms} alarms, those of \`backtest\`; ` +
      `all settled after ${seconds.toFixed(1)} s; median and growth after the warm-up: ${grown.join(', ')} (seed ${SEED})`,
  });
});

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}
