/** Finding sound records in a segment that may be damaged. */
import { type DiskFile, readFully } from './disk.ts';
import type { Position } from './port.ts';
import { MAX_RECORD, nextMagic, recordIsSound, recordLength, recordTime } from './record.ts';

const STRIDE = 1024 * 1024;

/** A segment opened for reading. */
export interface Segment {
  readonly base: Position;
  readonly file: DiskFile;
}

/**
 * Offset of the first sound record at or behind `offset`, wholly before `limit` (an offset); `limit` if there is none. Slow
 * path: only walked where bytes did not make a record.
 */
export async function findRecord({ base, file }: Segment, offset: number, limit: number): Promise<number> {
  for (let from = offset; from < limit; from += STRIDE) {
    const bytes = Buffer.allocUnsafe(Math.min(STRIDE + MAX_RECORD, limit - from));
    const window = bytes.subarray(0, await readFully(file, bytes, from));
    for (let at = nextMagic(window, 0); at !== -1 && at < STRIDE; at = nextMagic(window, at + 1)) {
      const length = recordLength(window, at);
      if (length > 0 && at + length <= window.length && recordIsSound(window, at, length, base + from + at))
        return from + at;
    }
    if (window.length < bytes.length) break;
  }
  return limit;
}

/** Where the last sound record from `offset` on ends, and the latest time of receipt seen; walks over damage. */
export async function findLast(segment: Segment, offset: number): Promise<{ end: number; at: number }> {
  const size = await segment.file.size();
  let end = offset;
  let latest = 0;
  let from = offset;
  while (from < size) {
    const bytes = Buffer.allocUnsafe(Math.min(STRIDE + MAX_RECORD, size - from));
    const window = bytes.subarray(0, await readFully(segment.file, bytes, from));
    let at = 0;
    for (;;) {
      const length = recordLength(window, at);
      if (!(length > 0) || at + length > window.length) break;
      if (!recordIsSound(window, at, length, segment.base + from + at)) break;
      latest = Math.max(latest, recordTime(window, at));
      at += length;
    }
    if (at > 0) end = from + at;
    // A record cut by the window's end is found again at its begin; anything else is damage to step over.
    from = at > 0 ? end : await findRecord(segment, from + 1, size);
  }
  return { end, at: latest };
}
