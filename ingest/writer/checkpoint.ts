/** How far the writer has come: one small file, replaced as a whole. */
import { dirname } from 'node:path';
import type { DerivationSnapshot } from '#rules/engine/derive.ts';
import { type Disk, errorCode, nodeDisk, readFully, writeFully } from '#shared/journal/disk.ts';
import type { Position } from '#shared/journal/port.ts';
import type { RateMemory } from '#shared/telemetry/rate-limit.ts';

export interface Checkpoint {
  readonly format: 1;
  /** Everything before is in the store, or refused by it. */
  readonly position: Position;
  /** Version of the configuration that holds at the position; null before the first. */
  readonly configuration: number | null;
  /** What derived sensors remember at the position; null where there is nothing. */
  readonly derivation: DerivationSnapshot | null;
  /** How much machines have said at the position. */
  readonly rate?: RateMemory;
}

/** The checkpoint of the file; undefined where there is none. Throws where the file is none of ours. */
export async function readCheckpoint(file: string, disk: Disk = nodeDisk): Promise<Checkpoint | undefined> {
  const text = await readWhole(disk, file);
  if (text === undefined) return undefined;
  const read = parse(text);
  if (read?.format === 1 && Number.isSafeInteger(read.position) && read.position >= 0) return read;
  throw new Error(
    `${file} is no checkpoint of the writer. Delete it: the writer then goes through the whole journal once more, which stores nothing twice.`,
  );
}

async function readWhole(disk: Disk, path: string): Promise<string | undefined> {
  try {
    const file = await disk.open(path, 'read');
    try {
      const bytes = Buffer.alloc(await file.size());
      return bytes.toString('utf8', 0, await readFully(file, bytes, 0));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): Checkpoint | undefined {
  try {
    return JSON.parse(text) as Checkpoint;
  } catch {
    return undefined;
  }
}

/** Resolves when the checkpoint is on disk; after a crash at any moment there is either the old or the new one. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint, disk: Disk = nodeDisk): Promise<void> {
  await disk.makeFolder(dirname(file));
  const handle = await disk.open(`${file}.tmp`, 'write');
  try {
    await handle.truncate(0);
    await writeFully(handle, Buffer.from(JSON.stringify(checkpoint)), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await disk.rename(`${file}.tmp`, file);
  await disk.syncFolder(dirname(file));
}
