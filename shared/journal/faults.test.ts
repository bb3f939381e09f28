import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { message, readAll, texts } from '#test/contract/journal.ts';
import { type Disk, type DiskFile, nodeDisk } from './disk.ts';
import { FileJournalReader } from './reader.ts';
import { FileJournalWriter } from './writer.ts';

type Fault = 'none' | 'short' | 'full' | 'half-then-full' | 'write-error' | 'sync-error' | 'open-error';

/** The real disk, with the next segment operations failing as told. */
function faultyDisk(next: () => Fault): Disk {
  const fail = (code: string): never => {
    throw Object.assign(new Error(`injected ${code}`), { code });
  };
  const wrap = (file: DiskFile): DiskFile => {
    let fault: Fault = 'none';
    return {
      size: () => file.size(),
      read: (into, offset) => file.read(into, offset),
      async write(bytes, offset) {
        if (fault === 'half-then-full') fail('ENOSPC');
        fault = next();
        if (fault === 'full') fail('ENOSPC');
        if (fault === 'write-error') fail('EIO');
        const half = fault === 'short' || fault === 'half-then-full';
        return file.write(half ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes, offset);
      },
      async sync() {
        const now = fault;
        fault = 'none';
        if (now === 'sync-error') fail('EIO');
        await file.sync();
      },
      async truncate(length) {
        fault = 'none';
        await file.truncate(length);
      },
      close: () => file.close(),
    };
  };
  return {
    ...nodeDisk,
    async open(path, mode) {
      const file = path.endsWith('.journal') && mode === 'write';
      if (file && next() === 'open-error') fail('EMFILE');
      const opened = await nodeDisk.open(path, mode);
      return file ? wrap(opened) : opened;
    },
  };
}

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'journal-faults-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function readTexts(): Promise<string[]> {
  const reader = new FileJournalReader({ dir });
  const { records, damagedBytes } = await readAll(reader);
  await reader.stop();
  expect(damagedBytes).toBe(0);
  return texts(records);
}

test.each([
  ['full', 'ENOSPC', /disk is full: free space/],
  ['half-then-full', 'ENOSPC', /disk is full: free space/],
  ['write-error', 'EIO', /writable and the disk is sound/],
  ['sync-error', 'EIO', /writable and the disk is sound/],
  ['open-error', 'EMFILE', /cannot be written/],
] as const)(
  'a disk that says "%s" refuses the append whole; the same again is stored once',
  async (fault, code, says) => {
    const faults: Fault[] = [];
    const writer = new FileJournalWriter({ dir, segmentBytes: 200, disk: faultyDisk(() => faults.shift() ?? 'none') });
    await writer.start();
    await writer.append([message('before '.repeat(40))]);
    const end = writer.end();
    const entries = [message('one'), message('two')];
    // The segment is full: opening the next is asked first, then writing.
    faults.push(...(fault === 'open-error' ? [fault] : (['none', fault] as const)));
    await expect(writer.append(entries)).rejects.toMatchObject({
      name: 'JournalUnavailable',
      code,
      message: expect.stringMatching(says),
    });
    expect(writer.end()).toBe(end);
    expect(await readTexts()).toHaveLength(1);
    await writer.append(entries);
    await writer.append([message('after')]);
    expect((await readTexts()).slice(1)).toEqual(['one', 'two', 'after']);
    await writer.stop();
  },
);

test('a longer append that failed leaves nothing behind a shorter one, not after a kill either', async () => {
  const faults: Fault[] = [];
  const writer = new FileJournalWriter({ dir, disk: faultyDisk(() => faults.shift() ?? 'none') });
  await writer.start();
  await writer.append([message('first')]);
  faults.push('sync-error');
  await expect(writer.append([message('refused'), message('refused'), message('refused')])).rejects.toThrow(/EIO/);
  await writer.append([message('shorter')]);
  await writer.stop();
  // As after a crash: how far the journal is durable has to be found from the records.
  await rm(join(dir, 'end'));
  const again = new FileJournalWriter({ dir });
  await again.start();
  await again.stop();
  expect(await readTexts()).toEqual(['first', 'shorter']);
});

/** A writer on a faulty disk with its ledger of what was acknowledged, and a reader that follows. */
class Story {
  readonly acknowledged: string[] = [];
  readonly seen: string[] = [];
  readonly #segmentBytes: number;
  readonly #reader = new FileJournalReader({ dir });
  #writer: FileJournalWriter;
  #faults: Fault[] = [];
  #position = 0;

  constructor(segmentBytes: number) {
    this.#segmentBytes = segmentBytes;
    this.#writer = this.#make();
  }

  #make(): FileJournalWriter {
    const disk = faultyDisk(() => this.#faults.shift() ?? 'none');
    return new FileJournalWriter({ dir, segmentBytes: this.#segmentBytes, disk });
  }

  start(): Promise<void> {
    return this.#writer.start();
  }

  async append(appends: readonly string[], faults: readonly Fault[]): Promise<void> {
    this.#faults = [...faults];
    const results = await Promise.allSettled(appends.map((text) => this.#writer.append([message(text), message('+')])));
    this.#faults = [];
    this.acknowledged.push(...appends.flatMap((text, i) => (results[i]?.status === 'fulfilled' ? [text, '+'] : [])));
  }

  async restart(): Promise<void> {
    await this.#writer.stop();
    this.#writer = this.#make();
    await this.#writer.start();
  }

  async readOn(): Promise<void> {
    while ((await this.#reader.end()) !== this.#writer.end()) await this.#reader.wait(this.#position, 5);
    const { records, next, damagedBytes } = await readAll(this.#reader, this.#position);
    this.seen.push(...texts(records), ...(damagedBytes > 0 ? ['damage'] : []));
    this.#position = next;
  }

  async stop(): Promise<void> {
    await this.#reader.stop();
    await this.#writer.stop();
  }
}

test('whatever the disk does, exactly what was acknowledged is there, in order, over restarts', async () => {
  const fault = fc.constantFrom<Fault>(
    'none',
    'none',
    'none',
    'short',
    'full',
    'half-then-full',
    'write-error',
    'sync-error',
    'open-error',
  );
  const step = fc.record({
    appends: fc.array(fc.string({ maxLength: 60 }), { maxLength: 4 }),
    faults: fc.array(fault, { maxLength: 4 }),
    after: fc.constantFrom('go on', 'go on', 'go on', 'read', 'read', 'restart'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.constantFrom(60, 500, 1_000_000),
      async (steps, segmentBytes) => {
        await rm(dir, { recursive: true, force: true });
        const story = new Story(segmentBytes);
        await story.start();
        for (const { appends, faults, after } of steps) {
          await story.append(appends, faults);
          if (after === 'restart') await story.restart();
          if (after !== 'read') continue;
          await story.readOn();
          expect(story.seen).toEqual(story.acknowledged);
        }
        await story.stop();
        expect(await readTexts()).toEqual(story.acknowledged);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('past its limit the journal refuses, names who is behind, and goes on once that reader has released', async () => {
  const writer = new FileJournalWriter({ dir, segmentBytes: 2_000, limitBytes: 10_000 });
  const reader = new FileJournalReader({ dir, writer });
  await writer.start();
  await reader.release('rules', 0);
  await reader.release('writer', 0);
  let stored = 0;
  const fill = async () => {
    for (;;) {
      await writer.append([message('x'.repeat(100))]);
      stored++;
    }
  };
  await expect(fill()).rejects.toMatchObject({
    name: 'JournalFull',
    code: 'FULL',
    message: expect.stringContaining('rules'),
  });
  expect(stored).toBeGreaterThan(60);
  expect((await readTexts()).length).toBe(stored);
  await reader.release('writer', writer.end());
  await expect(writer.append([message('x'.repeat(100))])).rejects.toThrow(/the furthest: rules, at 0/);
  await reader.release('rules', writer.end());
  await writer.append([message('room again '.repeat(10))]);
  expect(writer.usage().bytes).toBeLessThan(2_000);
  expect((await readTexts()).at(-1)).toContain('room again');
  await reader.stop();
  await writer.stop();
});

test('segments are deleted while writing once every registered reader has released them, and never before', async () => {
  const writer = new FileJournalWriter({ dir, segmentBytes: 500 });
  const reader = new FileJournalReader({ dir, writer });
  await writer.start();
  let at = 0;
  const append = (count: number) =>
    Promise.all(Array.from({ length: count }, () => writer.append([message('x'.repeat(100), (at += 6_000))])));
  for (let i = 0; i < 20; i++) await append(1);
  expect(await reader.begin()).toBe(0);
  await reader.release('rules', 0);
  const { next, records } = await reader.read(0, 1_000);
  await reader.release('writer', next);
  await append(1);
  expect(await reader.begin()).toBe(0);
  await reader.release('rules', next);
  await append(1);
  await expect.poll(() => reader.begin()).toBeGreaterThan(0);
  expect(await reader.begin()).toBeLessThanOrEqual(next);
  expect((await readAll(reader, next)).records).toHaveLength(22 - records.length);
  await reader.stop();
  await writer.stop();
});

test('a reader that is to come keeps what it has not seen, though another has released everything', async () => {
  const writer = new FileJournalWriter({ dir, segmentBytes: 500, readers: ['writer', 'rules'] });
  const reader = new FileJournalReader({ dir, writer });
  await writer.start();
  for (let i = 1; i <= 20; i++) await writer.append([message('x'.repeat(100), i * 6_000)]);
  await reader.release('writer', writer.end());
  for (let i = 21; i <= 24; i++) await writer.append([message('x'.repeat(100), i * 6_000)]);
  expect((await readAll(reader, 0)).records).toHaveLength(24);
  await reader.stop();
  await writer.stop();
});
