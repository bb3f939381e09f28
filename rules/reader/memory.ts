/** The engine's memory as bytes for the database. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { EngineSnapshot } from '#rules/engine/snapshot.ts';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

export function pack(memory: EngineSnapshot): Promise<Uint8Array> {
  return zip(JSON.stringify(memory), { level: 1 });
}

/** Undefined where the bytes are those of another version of the engine, or damaged. */
export async function unpack(bytes: Uint8Array): Promise<EngineSnapshot | undefined> {
  try {
    const memory = JSON.parse((await unzip(bytes)).toString('utf8')) as EngineSnapshot;
    return memory.version === 1 ? memory : undefined;
  } catch {
    return undefined;
  }
}
