/** D2: for a minute ten times as much as on a normal day. Nothing is lost, people are served meanwhile, and it is soon over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { GATEWAY, startOnServers, startRealServers } from '#test/stories/assembly.ts';
import { configure, disagreement, MACHINES, message, numbersIn, storedWithin } from './ingest-load.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';

const NORMAL = 500;
const BURST = 10 * NORMAL;
const BURST_MS = 60_000;
/** Numbers of the burst, which no normal message has. */
const BURST_FROM = 1_000_000;
const numberOf = (machine: number, n: number): number => BURST_FROM + n * MACHINES + machine;
const OVER_WITHIN_S = 60;
const PAGE_WITHIN_MS = 1_000;

test('a minute with ten times the readings', { timeout: 400_000 }, async () => {
  const accounts = Object.fromEntries(
    Array.from({ length: MACHINES }, (_, m) => [`press-${m}`, `only-for-tests-${m}`]),
  );
  const servers = await startRealServers(accounts);
  await configure(servers);
  const house = await startOnServers(servers);
  onTestFinished(() => house.stop());
  const day = await LedgerPublisher.connect(house.mqtt, GATEWAY, NORMAL, message);
  day.start();
  await sleep(5_000);

  // Each machine for itself.
  const burst = await Promise.all(
    Object.entries(accounts).map(([username, password], m) =>
      LedgerPublisher.connect(
        house.mqtt,
        { username, password, clientId: username },
        (BURST - NORMAL) / MACHINES,
        (n) => message(numberOf(m, n)),
        50,
      ),
    ),
  );
  for (const machine of burst) machine.start();
  const pages: number[] = [];
  for (const until = performance.now() + BURST_MS; performance.now() < until; await sleep(200)) {
    const from = performance.now();
    expect((await house.admin.get('/machines')).status).toBe(200);
    pages.push(performance.now() - from);
  }
  const ledgers = await Promise.all(burst.map((machine) => machine.stop()));
  const ledger = [...(await day.stop()), ...ledgers.flatMap((own, m) => own.map((n) => numberOf(m, n)))];
  const over = await storedWithin(servers.influx, ledger.length, 120_000);
  expect(disagreement(ledger, await numbersIn(servers.influx))).toEqual({ missing: [], extra: [], twice: 0 });
  expect(over).toBeLessThan(OVER_WITHIN_S);
  const p95 = pages.toSorted((a, b) => a - b)[Math.floor(pages.length * 0.95)] ?? Number.NaN;
  expect(p95).toBeLessThan(PAGE_WITHIN_MS);
  await measured('burst', {
    row: `${BURST_MS / 1_000} s at ${BURST} readings/s instead of ${NORMAL}`,
    figures: `${ledger.length} acknowledged and stored, the last ${over.toFixed(1)} s after the last message; a page meanwhile p95 ${p95.toFixed(0)} ms`,
  });
});
