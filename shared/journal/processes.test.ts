import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { texts } from '#test/contract/journal.ts';
import { FileJournalReader } from './reader.ts';

let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'journal-processes-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** A process that appends numbers from `from` on as fast as it can and says each one once it is acknowledged. */
function writerProcess(from: number): { child: ChildProcess; acknowledged: number[] } {
  const program = `
    import('./shared/journal/writer.ts').then(async ({ FileJournalWriter }) => {
      const writer = new FileJournalWriter({ dir: process.argv[1], segmentBytes: 40_000 });
      await writer.start();
      let n = Number(process.argv[2]);
      const one = async () => {
        const mine = n++;
        await writer.append([{ kind: 'message', at: mine, topic: 't', payload: Buffer.from(String(mine)) }]);
        process.stdout.write(mine + '\\n');
        setImmediate(one);
      };
      for (let i = 0; i < 20; i++) one();
    });`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', program, dir, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const acknowledged: number[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => acknowledged.push(Number(line)));
  return { child, acknowledged };
}

test('whatever was acknowledged before a kill -9 is read, once and in order, by a reader in another process', async () => {
  const reader = new FileJournalReader({ dir });
  const stop = new AbortController();
  const seen: string[] = [];
  const reading = (async () => {
    for (let position = 0; ; ) {
      const batch = await reader.read(position, 10_000);
      expect(batch.damagedBytes).toBe(0);
      seen.push(...texts(batch.records));
      if (batch.next === position) {
        if (stop.signal.aborted) return;
        await reader.wait(position, 200, stop.signal);
      }
      position = batch.next;
    }
  })();
  const ledger: number[] = [];
  let next = 0;
  for (let kill = 0; kill < 4; kill++) {
    const { child, acknowledged } = writerProcess(next);
    await expect.poll(() => acknowledged.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(200 + 137 * kill);
    child.kill('SIGKILL');
    await once(child.stdout ?? child, 'close');
    ledger.push(...acknowledged);
    next = Math.max(...acknowledged) + 1_000;
  }
  // The last start tells where the killed one's journal ended.
  const { acknowledged } = writerProcess(next);
  await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(0);
  ledger.push(...acknowledged);
  await expect.poll(() => ledger.every((n) => seen.includes(String(n))), { timeout: 10_000, interval: 200 }).toBe(true);
  stop.abort();
  await reading;
  await reader.stop();
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.map(Number)).toEqual(seen.map(Number).toSorted((a, b) => a - b));
}, 90_000);
