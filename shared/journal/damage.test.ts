import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { message, readAll, texts } from '#test/contract/journal.ts';
import { endPath, listSegments, segmentPath } from './folder.ts';
import { type Disk, nodeDisk } from './disk.ts';
import type { JournalRecord } from './port.ts';
import { FileJournalReader } from './reader.ts';
import { FileJournalWriter } from './writer.ts';

let dir: string;
let segment: string;
let intact: Buffer;
let published: Buffer;
let model: JournalRecord[];

/** Some thousand restarts: what they are to find does not depend on waiting for the platter. */
const quick: Disk = {
  ...nodeDisk,
  syncFolder: () => Promise.resolve(),
  async open(path, mode) {
    const file = await nodeDisk.open(path, mode);
    file.sync = () => Promise.resolve();
    return file;
  },
};

async function restart(): Promise<void> {
  const writer = new FileJournalWriter({ dir, disk: quick });
  await writer.start();
  await writer.append([message('after the restart')]);
  await writer.stop();
}

async function readEverything() {
  const reader = new FileJournalReader({ dir });
  try {
    const { records, damagedBytes } = await readAll(reader);
    return { texts: texts(records), damagedBytes };
  } finally {
    await reader.stop();
  }
}

/** Puts the segment into the state the test wants, with no other segment beside it. */
async function damage(bytes: Buffer, end: Buffer | undefined): Promise<void> {
  for (const base of await listSegments(nodeDisk, dir)) await rm(segmentPath(dir, base));
  await writeFile(segment, bytes);
  if (end === undefined) await rm(endPath(dir), { force: true });
  else await writeFile(endPath(dir), end);
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'journal-damage-'));
  const writer = new FileJournalWriter({ dir });
  await writer.start();
  for (let i = 0; i < 20; i++) await writer.append([message(`record ${i} ${'L1'.repeat(i % 4)}`, 1_000 + i)]);
  await writer.stop();
  segment = segmentPath(dir, 0);
  intact = await readFile(segment);
  published = await readFile(endPath(dir));
  const reader = new FileJournalReader({ dir });
  model = (await readAll(reader)).records.map((record) => ({ ...record, payload: Buffer.from(record.payload) }));
  await reader.stop();
});

afterAll(() => rm(dir, { recursive: true, force: true }));

test('a tail torn at any byte is skipped by the restart, unless it had been acknowledged', async () => {
  const modelTexts = texts(model);
  for (let length = 0; length <= intact.length; length++) {
    const whole = model.filter((record) => record.next <= length).length;
    // Killed inside a write: what was durable before is known to the readers, the rest was acknowledged to nobody.
    await damage(intact.subarray(0, length), undefined);
    await restart();
    expect(await readEverything(), `cut at ${length}`).toEqual({
      texts: [...modelTexts.slice(0, whole), 'after the restart'],
      damagedBytes: 0,
    });
  }
}, 60_000);

test('a file cut short behind our back is told as damage', async () => {
  for (const length of [0, 10, intact.length >> 1, intact.length - 1]) {
    const cut = model.findLast((record) => record.next <= length)?.next ?? 0;
    await damage(intact.subarray(0, length), published);
    expect(await readEverything()).toMatchObject({ damagedBytes: intact.length - cut });
  }
});

test('a flipped bit at any byte costs the one record it is in, before and after a restart', async () => {
  const modelTexts = texts(model);
  for (let offset = 0; offset < intact.length; offset++) {
    const bytes = Buffer.from(intact);
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
    const hit = model.findIndex((record) => record.next > offset);
    const length = (model[hit]?.next ?? 0) - (model[hit]?.position ?? 0);
    const rest = modelTexts.filter((_, i) => i !== hit);
    await damage(bytes, published);
    expect(await readEverything(), `flipped at ${offset}`).toEqual({ texts: rest, damagedBytes: length });
    await restart();
    expect(await readEverything(), `flipped at ${offset}, restarted`).toEqual({
      texts: [...rest, 'after the restart'],
      damagedBytes: length,
    });
  }
}, 60_000);

test('a payload that looks like a record does not pass for one when the record around it is damaged', async () => {
  await rm(dir, { recursive: true, force: true });
  const writer = new FileJournalWriter({ dir });
  await writer.start();
  await writer.append([message('true'), { ...message(''), payload: intact }, message('true as well')]);
  await writer.stop();
  const bytes = await readFile(segment);
  const outer = (model[0]?.next ?? 0) + 30;
  bytes[outer] = (bytes[outer] ?? 0) ^ 1;
  await writeFile(segment, bytes);
  expect((await readEverything()).texts.every((text) => text.startsWith('true'))).toBe(true);
});

test('megabytes of rubbish in the middle are stepped over', async () => {
  await rm(dir, { recursive: true, force: true });
  const writer = new FileJournalWriter({ dir });
  await writer.start();
  const long = Buffer.alloc(400_000, 'x');
  await writer.append([message('before')]);
  const begin = writer.end();
  for (let i = 0; i < 12; i++) await writer.append([{ ...message(''), payload: long }]);
  const end = writer.end();
  await writer.append([message('after')]);
  await writer.stop();
  const bytes = await readFile(segment);
  bytes.fill('L1', begin, end);
  await writeFile(segment, bytes);
  expect(await readEverything()).toEqual({ texts: ['before', 'after'], damagedBytes: end - begin });
});
