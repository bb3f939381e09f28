import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from './lock.ts';

let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** Another process that takes the lock and keeps it; what it says first. */
async function holder(): Promise<{ child: ChildProcess; says: string }> {
  const program = `import('./shared/process/lock.ts').then(({ lockFolder }) => lockFolder(process.argv[1], 'house'))
    .then(() => { console.log('locked'); setInterval(() => undefined, 1000); }, (error) => console.log(error.message));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', program, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, says: chunk.toString().trim() };
}

test('the second process is refused with the holder and the mend; a killed holder holds nothing', async () => {
  const { child, says } = await holder();
  expect(says).toBe('locked');
  await expect(lockFolder(dir, 'house')).rejects.toThrow(
    new RegExp(
      `${dir} is in use by another Leitwarte process \\(process ${child.pid} on .*Stop that process first, or set another DATA_DIR`,
    ),
  );
  expect((await holder()).says).toContain(`process ${child.pid} on`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await lockFolder(dir, 'house');
  await expect(lockFolder(dir, 'house')).rejects.toThrow(`process ${process.pid} on`);
  await lock.release();
  expect(await readdir(dir)).toEqual([]);
});

test('a stopped process still holds', async () => {
  const { child } = await holder();
  child.kill('SIGSTOP');
  await expect(lockFolder(dir, 'house')).rejects.toThrow(`in use by another Leitwarte process (process ${child.pid})`);
});

test('of many who come at once exactly one gets it, again and again', async () => {
  for (let round = 0; round < 5; round++) {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(dir, 'house')));
    const held = results.filter((result) => result.status === 'fulfilled');
    expect(held).toHaveLength(1);
    await held[0]?.value.release();
  }
});

test('other names and other folders are free; a folder however deep is no problem', async () => {
  const deep = join(dir, 'a'.repeat(120), 'b'.repeat(120));
  const locks = [await lockFolder(dir, 'house'), await lockFolder(dir, 'journal'), await lockFolder(deep, 'house')];
  await expect(lockFolder(deep, 'house')).rejects.toThrow(/in use/);
  for (const lock of locks) await lock.release();
});
