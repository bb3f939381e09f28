/**
 * A21: what older versions left behind is read by this one. The files here are never made anew: a form that changes gets a file of
 * its own beside them. `WRITE_GOLDEN=yes npx vitest run --config test/vitest.config.ts test/golden` adds those that are missing.
 */
import { createReadStream, existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { readArchive } from '#shared/backup/archive.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { startHouse } from '#test/house/processes.ts';
import { Browser } from '#test/portal/browser.ts';
import { removeDir, tempDir, waitFor } from '#test/servers/tools.ts';
import { command, type Stores } from '../faults/a20-house.ts';
import { AT, MESSAGES, PERSON, writeGoldenHouse, writeJournal } from './house.ts';

const HOUSE = path.join(import.meta.dirname, 'house-0.1.0.tar');
const JOURNAL = path.join(import.meta.dirname, 'journal-0.1.0');

async function folder(): Promise<string> {
  const dir = await tempDir('golden');
  onTestFinished(() => removeDir(dir));
  return dir;
}

/** The files of a backup; rows as text. */
async function filesOf(file: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { name, bytes } of readArchive(createReadStream(file)))
    files[name] = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('base64');
  return files;
}

/** Goes on in a copy of the kept journal; `change` is what this version would have it otherwise by. */
async function goesOn(change: (file: Buffer) => Buffer): Promise<void> {
  const dir = await folder();
  await cp(JOURNAL, dir, { recursive: true });
  const segment = path.join(dir, '00000000000000000000.journal');
  await writeFile(segment, change(await readFile(segment)));
  const writer = new FileJournalWriter({ dir });
  await writer.start();
  await writer.append([{ kind: 'tick', at: AT + 60_000, topic: '', payload: Buffer.alloc(0) }]);
  const reader = new FileJournalReader({ dir, writer });
  const found: unknown[] = [];
  let damaged = 0;
  for (let from = await reader.begin(); ; ) {
    const { records, next, damagedBytes } = await reader.read(from);
    damaged += damagedBytes;
    found.push(
      ...records.map(({ kind, at, topic, payload }) => ({ kind, at, topic, payload: Buffer.from(payload).toString() })),
    );
    if (next === from) break;
    from = next;
  }
  await reader.stop();
  await writer.stop();
  const old = MESSAGES.map((message, n) => ({ ...message, at: AT + n * 1000 }));
  expect({ damaged, found }).toEqual({
    damaged: 0,
    found: [...old, { kind: 'tick', at: AT + 60_000, topic: '', payload: '' }],
  });
}

test('an old journal is read, and goes on', async () => {
  if (process.env['WRITE_GOLDEN'] && !existsSync(JOURNAL)) await writeJournal(JOURNAL);
  await expect(goesOn((file) => file)).resolves.toBeUndefined();
});

test('mutants: a version that marks records otherwise, or reckons their checksums otherwise, is found out', async () => {
  const changed = (offset: number) => (file: Buffer) => {
    const other = Buffer.from(file);
    // The first record: its mark, its checksum.
    other[offset] = (other[offset] ?? 0) ^ 1;
    return other;
  };
  for (const offset of [0, 2]) await expect(goesOn(changed(offset))).rejects.toThrow('to deeply equal');
});

test('a backup made now has the form of the one that is kept', async () => {
  if (process.env['WRITE_GOLDEN'] && !existsSync(HOUSE)) await writeGoldenHouse(HOUSE);
  const now = path.join(await folder(), 'now.tar');
  await writeGoldenHouse(now);
  const [kept, made] = [await filesOf(HOUSE), await filesOf(now)];
  expect(made).toEqual(kept);
});

test('an old house is restored, brought up to date, and lives on', async () => {
  const stores: Stores = { dataDir: await folder(), databaseUrl: undefined, influxUrl: undefined };
  const { code, stderr } = await command('restore', stores, '--from', HOUSE);
  expect([code, stderr]).toEqual([0, '']);
  const house = await startHouse('house', {}, stores.dataDir);
  onTestFinished(() => house.kill());
  const browser = new Browser(house.ready().portal ?? '');
  expect((await browser.logIn(PERSON.login, PERSON.password)).status).toBe(200);
  // What the journal held is judged now.
  const cases = await waitFor('the breach in the journal', async () => {
    const { body } = await browser.get<{ items: { status: string; openedAt: string }[] }>('/cases?status=all');
    return body.items.length === 2 && body.items;
  });
  expect(cases.map(({ status }) => status).toSorted()).toEqual(['closed', 'new']);
  const range = `from=${new Date(AT - 4e6).toISOString()}&to=${new Date(AT + 4e6).toISOString()}`;
  await waitFor('all readings', async () => {
    const asked = `/machines/press-1/readings?sensors=temp&buckets=0&${range}`;
    const { body } = await browser.get<{ sensors: { temp: { values: [string, number][] } } }>(asked);
    return body.sensors.temp.values.length === 62 && body.sensors.temp.values.at(-1)?.[1] === 96.4;
  });
  const { body } = await browser.get<{ items: { subject: string }[] }>('/audit');
  expect(body.items.length).toBeGreaterThan(1);
});
