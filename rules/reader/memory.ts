/** The memory of the fold as bytes for the database. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { FoldMemory } from './fold.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

export function pack(memory: FoldMemory): Promise<Uint8Array> {
  return zip(JSON.stringify(memory), { level: 1 });
}

/** Undefined where the bytes are those of another version of the engine, or damaged. */
export async function unpack(bytes: Uint8Array): Promise<FoldMemory | undefined> {
  try {
    const memory = JSON.parse((await unzip(bytes)).toString('utf8')) as FoldMemory;
    return memory.version === 1 ? memory : undefined;
  } catch {
    return undefined;
  }
}
