/** A12: the disk of the journal is full for a while under load; it heals without a restart, and nothing is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startHouse } from '#test/house/processes.ts';
import { GATEWAY, startRealServers } from '#test/stories/assembly.ts';
import { configure, disagreement, message, numbersIn, storedWithin } from './ingest-load.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';
import { SmallDisk } from './tmpfs.ts';

const PER_SECOND = 2_000;
const FULL_MS = 8_000;

test('a disk that is full for eight seconds under load heals by itself and loses nothing', async () => {
  const servers = await startRealServers();
  onTestFinished(() => servers.stop());
  await configure(servers);
  const disk = await SmallDisk.make(48);
  onTestFinished(() => disk.remove());
  const ingest = await startHouse('ingest', servers.settings, disk.dir);
  onTestFinished(() => ingest.kill());
  const { pid } = ingest;
  const fleet = await LedgerPublisher.connect(servers.mosquitto.url, GATEWAY, PER_SECOND, message);
  fleet.start();
  await sleep(3_000);
  const free = await disk.fill();
  await sleep(FULL_MS);
  expect(ingest.log).toContain('the disk is full');
  await free();
  await sleep(3_000);
  const ledger = await fleet.stop();
  const seconds = await storedWithin(servers.influx, ledger.length, 60_000);
  expect(disagreement(ledger, await numbersIn(servers.influx))).toEqual({ missing: [], extra: [], twice: 0 });
  expect(ingest.pid).toBe(pid);
  await measured('disk full', {
    row: `disk of the journal full for ${FULL_MS / 1000} s at ${PER_SECOND} messages/s`,
    figures: `${ledger.length} acknowledged and stored, the last ${seconds.toFixed(1)} s after the last message, without a restart`,
  });
});
