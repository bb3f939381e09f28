import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Publisher } from '#ingest/broker/publisher.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { readAll, texts } from '#test/contract/journal.ts';
import { type Mosquitto, startMosquitto } from '#test/servers/mosquitto.ts';
import { removeDir, tempDir, waitFor } from '#test/servers/tools.ts';

let mosquitto: Mosquitto;
let dir: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  mosquitto = await startMosquitto({ users: { house: 'secret', 'm-1': 'secret' } });
  dir = await tempDir('kill');
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await mosquitto.stop();
  await removeDir(dir);
});

const HOUSE = path.join(import.meta.dirname, 'broker-child.ts');

/** The ingest of a house as a process of its own: subscriber, intake, journal. */
async function ingest(mistake: string): Promise<ChildProcess> {
  const args = ['--import', 'tsx', HOUSE, mosquitto.url, dir, mistake];
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  await once(started.stdout, 'data');
  return started;
}

/** Publishes numbers while the ingest process is killed again and again; what of them the journal has in the end. */
async function killed(times: number, mistake = 'none', atLeast = 0): Promise<{ published: number; stored: string[] }> {
  let running = await ingest(mistake);
  const publisher = new Publisher({
    url: mosquitto.url,
    clientId: 'm-1',
    username: 'm-1',
    password: 'secret',
    now: Date.now,
  });
  await publisher.start();
  let published = 0;
  let over = false;
  const publishing = (async () => {
    while (!over) {
      for (let i = 0; i < 20; i++) await publisher.publish('machines/m-1/sensors/a', String(published++));
      await sleep(5);
    }
    await publisher.flush();
  })();
  for (let kill = 0; kill < times; kill++) {
    await sleep(300 + 170 * kill);
    running.kill('SIGKILL');
    await once(running, 'exit');
    running = await ingest(mistake);
  }
  await waitFor('enough is published', () => published > atLeast);
  over = true;
  await publishing;
  return { published, stored: await ended(publisher, running) };
}

/** Waits until the journal grows no more, ends everything in order, and reads it. */
async function ended(publisher: Publisher, running: ChildProcess): Promise<string[]> {
  await publisher.stop();
  const reader = new FileJournalReader({ dir });
  let quiet = 0;
  for (let end = -1; quiet < 5; await sleep(300)) {
    const { records, next } = await readAll(reader, Math.max(end, 0));
    quiet = records.some(({ kind }) => kind === 'message') ? 0 : quiet + 1;
    end = next;
  }
  running.kill('SIGTERM');
  await once(running, 'exit');
  const { records, damagedBytes } = await readAll(reader);
  await reader.stop();
  if (damagedBytes > 0) throw new Error(`${damagedBytes} bytes damaged`);
  return texts(records.filter(({ kind }) => kind === 'message'));
}

test('kill -9 of the ingest process, again and again: every message that was acknowledged is in the journal, in order', async () => {
  const { published, stored } = await killed(4, 'none', 2_000);
  expect([...new Set(stored)]).toEqual(Array.from({ length: published }, (_, i) => String(i)));
}, 90_000);

test('mutant: acknowledging before the journal has it loses messages', async () => {
  const { published, stored } = await killed(3, 'acknowledge-at-once');
  expect(new Set(stored).size).toBeLessThan(published);
}, 90_000);
