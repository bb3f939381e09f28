/** Puts a backup into a file: whole and checked, or not at all. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Member, readArchive } from './archive.ts';
import { FACTS, type BackupFacts, readFacts } from './facts.ts';

/** Says why there is no backup, and the mend. */
export class NoBackup extends Error {
  override readonly name = 'NoBackup';
}

export interface WrittenBackup {
  readonly path: string;
  readonly bytes: number;
  readonly facts: BackupFacts;
}

/** Where `to` means: a folder gets a file named by the time, anything else is the file itself. Throws NoBackup. */
export async function backupPath(to: string, at: Date): Promise<string> {
  const there = await stat(to).catch(() => undefined);
  const time = at.toISOString().replaceAll(/[:-]|\.\d+/g, '');
  const path = there?.isDirectory() ? join(to, `leitwarte-${time}.tar`) : to;
  if (await stat(path).catch(() => undefined))
    throw new NoBackup(`${path} is there already and is not overwritten: choose another name, or move it away.`);
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) throw new NoBackup(`There is no folder ${dirname(path)}: make it first.`);
  return path;
}

/** Readable by its owner alone, because it holds secrets. */
export async function writeBackup(path: string, source: AsyncIterable<Uint8Array>): Promise<WrittenBackup> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  const file = await attempt(draft, () => open(draft, 'wx', 0o600));
  try {
    let [bytes, first]: [number, Member | undefined] = [0, undefined];
    const written = async function* () {
      for await (const piece of source) {
        await attempt(path, () => writeWhole(file, piece));
        bytes += piece.length;
        yield piece;
      }
    };
    for await (const member of readArchive(written())) first ??= member;
    if (first?.name !== FACTS) throw new NoBackup(`What came is no backup: it does not begin with ${FACTS}.`);
    await attempt(path, () => file.sync());
    await attempt(path, () => rename(draft, path));
    return { path, bytes, facts: readFacts(first.bytes) };
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

async function writeWhole(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten;
}

async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new NoBackup(`The disk of ${path} is full (${code}): make room there, or write the backup elsewhere.`);
    throw new NoBackup(`${path} cannot be written (${code}): check the folder and the rights of this user.`);
  }
}
