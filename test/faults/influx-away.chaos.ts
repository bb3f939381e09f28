/** A9: InfluxDB is away for a minute under load; memory stays flat, nothing is lost, and the rest is stored within seconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startHouse } from '#test/house/processes.ts';
import { GATEWAY, startRealServers } from '#test/stories/assembly.ts';
import { configure, disagreement, message, numbersIn, storedWithin } from './ingest-load.ts';
import { memoryOf } from './house/vitals.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';

const PER_SECOND = 5_000;
const AWAY_S = 60;
const CATCH_UP_S = 10;

test('a minute without InfluxDB at 5,000 readings a second', async () => {
  const servers = await startRealServers();
  onTestFinished(() => servers.stop());
  await configure(servers);
  const ingest = await startHouse('ingest', servers.settings);
  onTestFinished(() => ingest.stop());
  const fleet = await LedgerPublisher.connect(servers.mosquitto.url, GATEWAY, PER_SECOND, message);
  fleet.start();
  await sleep(10_000);
  await servers.influx.kill();
  const memory: number[] = [];
  for (let second = 0; second < AWAY_S; second += 5) {
    await sleep(5_000);
    memory.push(memoryOf(ingest.pid));
  }
  await servers.influx.restart();
  const ledger = await fleet.stop();
  const caughtUp = await storedWithin(servers.influx, ledger.length, 60_000);
  const [first = 0, ...later] = memory.slice(2);
  expect(disagreement(ledger, await numbersIn(servers.influx))).toEqual({ missing: [], extra: [], twice: 0 });
  expect(caughtUp).toBeLessThan(CATCH_UP_S);
  expect(Math.max(...later)).toBeLessThan(first * 1.1 + 10);
  await measured('InfluxDB away', {
    row: `${AWAY_S} s without InfluxDB at ${PER_SECOND} readings/s`,
    figures:
      `${ledger.length} acknowledged and stored, the last ${caughtUp.toFixed(1)} s after the last message; ` +
      `memory of ingest ${Math.min(first, ...later).toFixed(0)}–${Math.max(first, ...later).toFixed(0)} MB`,
  });
});
