import { run } from '#test/servers/tools.ts';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { ArchiveWriter, BackupDamaged, readArchive } from './archive.ts';

const FILES = [
  ['backup.json', '{"format":1}'],
  ['database/account/1.gz', 'x'.repeat(1500)],
  ['files/machine-key', ''],
] as const;

function archive(): Buffer {
  const writer = new ArchiveWriter(Date.parse('2026-03-02T08:00:00Z'));
  return Buffer.concat([...FILES.map(([name, text]) => writer.add(name, Buffer.from(text))), writer.end()]);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function read(bytes: Buffer, size = 777): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for await (const member of readArchive(inPieces(bytes, size))) found.push([member.name, member.bytes.toString()]);
  return found;
}

test('what was added is read, in whatever pieces it comes', async () => {
  for (const size of [1, 511, 512, 513, 1e6]) expect(await read(archive(), size)).toEqual(FILES);
});

test('any other byte anywhere is noticed', async () => {
  const bytes = archive();
  for (let i = 0; i < bytes.length; i++) {
    const damaged = Buffer.from(bytes);
    damaged[i] = (damaged[i] ?? 0) ^ 0x10;
    await expect(read(damaged, 1e6), `byte ${i}`).rejects.toThrow(BackupDamaged);
  }
});

test('an end that came too early is told with its place, and so is more than there was', async () => {
  const bytes = archive();
  for (const length of [0, 100, 512, 700, 2000, bytes.length - 1024, bytes.length - 1])
    await expect(read(bytes.subarray(0, length), 1e6)).rejects.toThrow(`At byte ${length}: the backup ends there`);
  await expect(read(Buffer.concat([bytes, Buffer.from('x')]))).rejects.toThrow('something follows the end');
});

test('a part left out, put in twice or elsewhere is noticed', async () => {
  const bytes = archive();
  const [first, second] = [bytes.subarray(0, 1024), bytes.subarray(1024, 1024 + 512 + 1536)];
  const rest = bytes.subarray(first.length + second.length);
  for (const parts of [
    [first, rest],
    [first, second, second, rest],
    [second, first, rest],
  ])
    await expect(read(Buffer.concat(parts))).rejects.toThrow(/damaged|lacks/);
});

test('a house that could not go on says why in the file', async () => {
  const writer = new ArchiveWriter(0);
  const bytes = Buffer.concat([writer.add('backup.json', Buffer.from('{}')), writer.fail('The disk is full.')]);
  await expect(read(bytes)).rejects.toThrow('The house could not end this backup: The disk is full.');
});

test('any tar unpacks it', async () => {
  const dir = await tempDir('tar');
  onTestFinished(() => removeDir(dir));
  await writeFile(path.join(dir, 'some.tar'), archive());
  const { stdout, stderr } = await run('tar', ['tf', path.join(dir, 'some.tar')]);
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual([...FILES.map(([name]) => name), 'manifest.json', 'manifest.sha256']);
});
