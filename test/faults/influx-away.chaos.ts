/** A9: InfluxDB is away for a minute under load; memory stays flat, nothing is lost, and the rest is stored within seconds. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startHouse } from '#test/house/processes.ts';
import { GATEWAY, startRealServers } from '#test/stories/assembly.ts';
import { tell } from '#test/stories/tell.ts';
import { configure, disagreement, message, numbersIn, storedWithin } from './ingest-load.ts';
import { LedgerPublisher } from './ledger-publisher.ts';

const PER_SECOND = 5_000;
const AWAY_S = 60;
const CATCH_UP_S = 10;

/** Memory of a process in MB. */
function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

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
  tell(
    `InfluxDB away for ${AWAY_S} s at ${PER_SECOND} readings/s: ${ledger.length} acknowledged, all stored ${caughtUp.toFixed(1)} s after the last; ` +
      `memory of ingest ${memory.map((mb) => mb.toFixed(0)).join(' ')} MB`,
  );
  expect(disagreement(ledger, await numbersIn(servers.influx))).toEqual({ missing: [], extra: [], twice: 0 });
  expect(caughtUp).toBeLessThan(CATCH_UP_S);
  expect(Math.max(...later)).toBeLessThan(first * 1.1 + 10);
});
