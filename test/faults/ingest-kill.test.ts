/** kill -9 of ingest under load: every acknowledged reading is in InfluxDB exactly once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startHouse } from '#test/house/processes.ts';
import { GATEWAY, startRealServers } from '#test/stories/assembly.ts';
import { configure, disagreement, message, numbersIn, storedWithin } from './ingest-load.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';

const KILLS = 10;
const PER_SECOND = 2_000;

test('ten kills of ingest under 2,000 messages a second lose nothing and double nothing', async () => {
  const servers = await startRealServers();
  onTestFinished(() => servers.stop());
  await configure(servers);
  const ingest = await startHouse('ingest', servers.settings);
  onTestFinished(() => ingest.stop());
  const fleet = await LedgerPublisher.connect(servers.mosquitto.url, GATEWAY, PER_SECOND, message);
  const begin = performance.now();
  fleet.start();
  for (let n = 0; n < KILLS; n++) {
    await sleep(400 + Math.random() * 600);
    await ingest.kill();
    await ingest.restart();
  }
  const seconds = (performance.now() - begin) / 1000;
  const ledger = await fleet.stop();
  expect(ledger).toHaveLength(fleet.sent);
  expect(ledger.length).toBeGreaterThan(KILLS * 400 * (PER_SECOND / 1000));

  const caughtUp = await storedWithin(servers.influx, ledger.length, 60_000);
  const stored = await numbersIn(servers.influx);
  expect(disagreement(ledger, stored)).toEqual({ missing: [], extra: [], twice: 0 });
  await measured('ingest killed', {
    row: `${KILLS} kills of ingest in ${seconds.toFixed(0)} s at ${(ledger.length / seconds).toFixed(0)} messages/s`,
    figures: `${ledger.length} acknowledged, ${stored.length} stored, the last ${caughtUp.toFixed(1)} s after the last message`,
  });
}, 300_000);
