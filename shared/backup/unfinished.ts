/**
 * What a restore has come to, kept in DATA_DIR so that no end of its process leaves a house half old and half new. Everything is
 * made ready in `restore.new`; `restore.json` says that it is to take its place, and until that is done no house starts.
 */
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FolderLock, lockFolder } from '#shared/process/lock.ts';

/** `loading`: servers hold a part of the backup. `swapping`: all is ready, files of DATA_DIR take their places. */
type Phase = 'loading' | 'swapping';

export interface Unfinished {
  readonly phase: Phase;
  /** The backup. */
  readonly from: string;
  /** Files and folders of DATA_DIR that are replaced, or removed where the backup has none. */
  readonly files: readonly { readonly name: string; readonly isNew: boolean }[];
}

const STATE = 'restore.json';
const READY = 'restore.new';
const BEFORE = 'restore.old';

/** Where the new files are made ready. */
export const readyFolder = (dataDir: string) => join(dataDir, READY);

/** A restore that was begun has to be done again before a house can start. */
export class RestoreUnfinished extends Error {
  override readonly name = 'RestoreUnfinished';
}

/** Held while a restore works. Rejects with FolderInUse where another one does. */
export function lockRestore(dataDir: string): Promise<FolderLock> {
  return lockFolder(dataDir, 'restore');
}

export async function unfinishedRestore(dataDir: string): Promise<Unfinished | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDir, STATE), 'utf8')) as Unfinished;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Resolves when a crash would find this state. */
export async function noteUnfinished(dataDir: string, state: Unfinished): Promise<void> {
  const draft = join(dataDir, `${STATE}.tmp`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(state));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(dataDir, STATE));
  await syncFolder(dataDir);
}

/** Puts what is ready in its place; done again after a crash it ends alike. What was there before goes. */
export async function swap(dataDir: string, { files }: Unfinished): Promise<void> {
  await mkdir(join(dataDir, BEFORE), { recursive: true });
  for (const { name, isNew } of files) {
    const [place, ready, before] = [join(dataDir, name), join(dataDir, READY, name), join(dataDir, BEFORE, name)];
    // It has taken its place already.
    if (isNew && !(await exists(ready))) continue;
    if ((await exists(place)) && !(await exists(before))) await rename(place, before);
    if (isNew) await rename(ready, place);
  }
  await syncFolder(dataDir);
  await forgetRestore(dataDir);
}

/** Leaves nothing of a restore, done or given up. */
export async function forgetRestore(dataDir: string): Promise<void> {
  await rm(join(dataDir, STATE), { force: true });
  await syncFolder(dataDir);
  await rm(join(dataDir, READY), { recursive: true, force: true });
  await rm(join(dataDir, BEFORE), { recursive: true, force: true });
}

/**
 * Before a house starts: ends a restore that had everything ready, forgets one that had changed nothing yet. Throws
 * RestoreUnfinished where it has to be done again, FolderInUse where it is under way.
 */
export async function settleRestore(dataDir: string): Promise<void> {
  if (!(await exists(join(dataDir, STATE))) && !(await exists(readyFolder(dataDir)))) return;
  const lock = await lockRestore(dataDir);
  try {
    const state = await unfinishedRestore(dataDir);
    if (state === undefined) return await forgetRestore(dataDir);
    if (state.phase === 'swapping') return await swap(dataDir, state);
    throw new RestoreUnfinished(
      `A restore of ${state.from} was begun and did not end, so the servers hold a part of it. Do it again: npm run -s restore -- --from ${state.from}`,
    );
  } finally {
    await lock.release();
  }
}

/** Whether there is such a file or folder. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
