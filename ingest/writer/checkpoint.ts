/** How far the writer has come: one small file, replaced as a whole. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DerivationSnapshot } from '#rules/engine/derive.ts';
import type { Position } from '#shared/journal/port.ts';

export interface Checkpoint {
  readonly format: 1;
  /** Everything before is in the store, or refused by it. */
  readonly position: Position;
  /** Version of the configuration that holds at the position; null before the first. */
  readonly configuration: number | null;
  /** What derived sensors remember at the position; null where there is nothing. */
  readonly derivation: DerivationSnapshot | null;
}

/** The checkpoint of the file; undefined where there is none. Throws where the file is none of ours. */
export async function readCheckpoint(file: string): Promise<Checkpoint | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const read = parse(text);
  if (read?.format === 1 && Number.isSafeInteger(read.position) && read.position >= 0) return read;
  throw new Error(
    `${file} is no checkpoint of the writer. Delete it: the writer then goes through the whole journal once more, which stores nothing twice.`,
  );
}

function parse(text: string): Checkpoint | undefined {
  try {
    return JSON.parse(text) as Checkpoint;
  } catch {
    return undefined;
  }
}

/** Resolves when the checkpoint is on disk; after a crash at any moment there is either the old or the new one. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(`${file}.tmp`, 'w', 0o640);
  try {
    await handle.writeFile(JSON.stringify(checkpoint));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.tmp`, file);
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
