import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from '#shared/journal/port.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { openReadingStore } from '#shared/readings/open.ts';
import { startInflux } from '#test/servers/influx.ts';
import { removeDir, tempDir, waitFor } from '#test/servers/tools.ts';
import { readCheckpoint } from './checkpoint.ts';

const T = Date.UTC(2026, 0, 31, 8);
const MACHINES = 5;
const MESSAGES = 60_000;
const KILLS = 5;

/** A writer in a process of its own, beside the journal's. */
const CHILD = `
  const [dir, influxUrl] = process.argv.slice(1);
  const { FileJournalReader } = await import('#shared/journal/reader.ts');
  const { openReadingStore } = await import('#shared/readings/open.ts');
  const { createLog } = await import('#shared/process/log.ts');
  const { Writer } = await import('#ingest/writer/writer.ts');
  const plant = {
    version: 1,
    customers: [{ id: 'acme', name: 'Acme', tier: 'premium' }],
    models: [{ id: 'mk1', name: 'M', components: [], sensors: [{ id: 'a' }, { id: 'b' }, { id: 'sum', formula: 'a + b', inputs: { a: 'a', b: 'b' } }] }],
    machines: Array.from({ length: ${MACHINES} }, (_, i) => ({ id: 'm' + i, model: 'mk1', customer: 'acme' })),
  };
  const store = openReadingStore({ influxUrl: influxUrl || undefined, dataDir: dir });
  const writer = new Writer({
    journal: new FileJournalReader({ dir: dir + '/journal' }),
    store,
    configurations: { byVersion: async (version) => ({ version, plant }), at: async () => undefined },
    prefix: 'machines',
    file: dir + '/writer.json',
    clock: Date.now,
    log: createLog('warn'),
  });
  await store.start();
  await writer.start();
  process.once('SIGTERM', async () => {
    await writer.stop();
    await store.stop();
    process.exit(0);
  });
  setInterval(() => process.send?.(writer.state()), 5);`;

describe.each(['duckdb', 'influx'])('kill -9 of the writer over %s', (kind) => {
  let dir: string;
  let journal: FileJournalWriter;
  let child: ChildProcess | undefined;
  const ends: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    dir = await tempDir('kill');
    journal = new FileJournalWriter({ dir: path.join(dir, 'journal'), segmentBytes: 500_000 });
    await journal.start();
    ends.push(
      () => removeDir(dir),
      () => journal.stop(),
    );
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    for (const end of ends.splice(0).toReversed()) await end();
  });

  test('five times mid-way: every reading is there exactly once, derived ones too', async () => {
    const influx = kind === 'influx' ? await startInflux() : undefined;
    if (influx) ends.push(() => influx.stop());
    const influxUrl = influx?.url('kill');
    let reached = 0;
    const startChild = (): ChildProcess => {
      const args = ['--import', 'tsx', '--input-type=module', '-e', CHILD, dir, influxUrl ?? ''];
      const started = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      started.on('message', ({ position }: { position: number }) => {
        reached = position;
      });
      return started;
    };

    // Message n: machine n mod 5; odd ones carry a, even ones b, so that each sum needs what an earlier message said.
    const entries = Array.from({ length: MESSAGES }, (_, n): Entry => {
      const payload = Buffer.from(JSON.stringify({ ts: T + n, [n % 2 ? 'a' : 'b']: n }));
      return { kind: 'message', at: T + n, topic: `machines/m${n % MACHINES}/telemetry`, payload };
    });
    await journal.append([{ kind: 'config', at: T, topic: '', payload: Buffer.from('{"version":1}') }]);
    const half = MESSAGES / 2;
    for (let n = 0; n < half; n += 1000) await journal.append(entries.slice(n, n + 1000));
    const starts: number[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      // What the killed one had reached is not what the next one begins with.
      reached = 0;
      child = startChild();
      await waitFor('the writer gets on', () => reached > (journal.end() * kill) / (KILLS + 2));
      child.kill('SIGKILL');
      await once(child, 'exit');
      starts.push((await readCheckpoint(path.join(dir, 'writer.json')))?.position ?? 0);
      const from = half + ((kill - 1) * half) / KILLS;
      await journal.append(entries.slice(from, from + half / KILLS));
    }
    expect(starts.every((position) => position > 0 && position < journal.end())).toBe(true);
    child = startChild();
    await waitFor('all is stored', () => reached === journal.end());
    child.kill('SIGTERM');
    const [status] = (await once(child, 'exit')) as [number];
    expect(status).toBe(0);
    expect((await readCheckpoint(path.join(dir, 'writer.json')))?.position).toBe(journal.end());

    const store = openReadingStore({ influxUrl, dataDir: dir });
    await store.start();
    ends.push(() => store.stop());
    let sums = 0;
    for (let m = 0; m < MACHINES; m++) {
      const mine = entries.flatMap((_, n) => (n % MACHINES === m ? [n] : []));
      const raw = async (sensor: string) =>
        store.raw({ machine: `m${m}`, sensor, from: T, to: T + MESSAGES, limit: MESSAGES });
      expect(await raw('a')).toEqual(mine.filter((n) => n % 2).map((n) => [T + n, n]));
      expect(await raw('b')).toEqual(mine.filter((n) => n % 2 === 0).map((n) => [T + n, n]));
      // From the machine's second message on: its value plus that of the message before.
      const expected = mine.slice(1).map((n, i) => [T + n, n + (mine[i] ?? 0)]);
      expect(await raw('sum')).toEqual(expected);
      sums += expected.length;
    }
    expect(await store.count()).toBe(MESSAGES + sums);
  });
});
