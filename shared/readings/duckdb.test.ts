import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { DuckDbReadings } from './duckdb.ts';
import { StoreUnavailable } from './port.ts';

const T = Date.UTC(2026, 0, 31, 8);

/** Writes batches of 100 readings, of which every tenth is one it wrote before, and says how many are durable. */
const CHILD = `
  import { DuckDbReadings } from '#shared/readings/duckdb.ts';
  const store = new DuckDbReadings(process.argv[1]);
  await store.start();
  const begin = Number(process.argv[2]);
  for (let k = begin; ; k++) {
    const batch = Array.from({ length: 100 }, (_, i) => ({ machine: 'm', sensor: 's' + (i % 3), ts: ${T} + k * 90 + i, value: k * 90 + i }));
    await store.write(batch, [{ machine: 'm', ts: ${T} + k, code: 'E', text: 'x' }]);
    console.log(k + 1);
  }`;

describe('duckdb', () => {
  let dir: string;
  let file: string;
  beforeEach(async () => {
    dir = await tempDir('duckdb');
    file = path.join(dir, 'readings.duckdb');
  });
  afterEach(() => removeDir(dir));

  const startChild = (begin: number) =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', CHILD, file, String(begin)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  test('kill -9 at any moment: what was told as stored is there, once', async () => {
    let stored = 0;
    for (const batches of [3, 40, 150]) {
      const child = startChild(stored);
      for await (const line of createInterface({ input: child.stdout })) {
        stored = Number(line);
        if (stored % batches === 0) child.kill('SIGKILL');
      }
      const store = new DuckDbReadings(file);
      await store.start();
      const readings = await store.count({ to: T + stored * 90 });
      expect(readings).toBe(stored * 90);
      const events = await store.events({ machine: 'm', from: T, to: T + stored, limit: 10_000 });
      expect(events).toHaveLength(stored);
      await store.stop();
    }
  });

  test('a second process is told who holds the file and what to do, and works once it is free', async () => {
    const child = startChild(0);
    await once(child.stdout, 'data');
    const store = new DuckDbReadings(file);
    const refusal = await store.start().catch((e: unknown) => e);
    expect(refusal).toBeInstanceOf(StoreUnavailable);
    expect((refusal as Error).message).toContain(`held by process ${child.pid}`);
    expect((refusal as Error).message).toContain('INFLUX_URL');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await store.check();
    expect(await store.count()).toBeGreaterThan(0);
    await store.stop();
  });

  test('a mean stays a number even where the sum is none', async () => {
    const store = new DuckDbReadings(file);
    await store.start();
    const values = [1.5e308, 1.6e308];
    await store.write(
      values.map((value, i) => ({ machine: 'm', sensor: 'a', ts: T + i, value })),
      [],
    );
    const { sensors: found } = await store.buckets({ machine: 'm', sensors: ['a'], from: T, to: T + 2, buckets: 1 });
    expect(found.get('a')?.[0]).toMatchObject({ min: 1.5e308, max: 1.6e308, count: 2 });
    expect(Number.isFinite(found.get('a')?.[0]?.mean)).toBe(true);
    await store.stop();
  });

  test('says so when it is asked before the start or after the stop', async () => {
    const store = new DuckDbReadings(file);
    await expect(store.write([], [])).rejects.toBeInstanceOf(StoreUnavailable);
    await store.start();
    const writing = store.write([{ machine: 'm', sensor: 'a', ts: T, value: 1 }], []);
    await store.stop();
    expect(await writing).toEqual([]);
    await expect(store.check()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
