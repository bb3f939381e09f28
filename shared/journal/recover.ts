/** What the writer does before its first append: find the journal's end, cut a torn tail, choose where to go on. */
import { type Disk, errorCode, readText } from './disk.ts';
import { type DurableEnd, endPath, listSegments, parseEnd, readReleases, segmentPath } from './folder.ts';
import type { Position } from './port.ts';
import { findLast } from './scan.ts';

/**
 * Positions are never given twice: a start leaves a gap behind everything that was or may have been seen. Rounded, so that
 * the segments of each start are told apart at a glance.
 */
export const GAP = 16 * 1024 * 1024;

export interface SegmentSize {
  readonly base: Position;
  readonly bytes: number;
}

export interface Recovered {
  /** Segments there are, oldest first. */
  readonly segments: SegmentSize[];
  /** Where the next record goes, in a segment of its own; and the time of receipt it must not fall behind. */
  readonly end: DurableEnd;
}

/**
 * Looks at the newest segment from the published end on (from its begin if nothing was published): what is sound there was
 * written in the last moments and is kept, what follows was never acknowledged and is cut off. Damage before it stays, for
 * the readers to tell.
 */
export async function recover(disk: Disk, dir: string): Promise<Recovered> {
  const published = parseEnd((await readText(disk, endPath(dir))) ?? '');
  const bases = await listSegments(disk, dir);
  const segments: SegmentSize[] = [];
  let position = published?.position ?? 0;
  let at = published?.at ?? 0;
  for (const [index, base] of bases.entries()) {
    const file = await disk.open(segmentPath(dir, base), index === bases.length - 1 ? 'write' : 'read');
    try {
      let bytes = await file.size();
      if (index === bases.length - 1) {
        const known = published === undefined ? 0 : Math.min(Math.max(published.position - base, 0), bytes);
        const last = await findLast({ base, file }, known);
        at = Math.max(at, last.at);
        if (last.end < bytes) await file.truncate(last.end);
        // Also what is kept may never have been synced, and readers are to see it from now on.
        await file.sync();
        bytes = Math.min(bytes, last.end);
      }
      segments.push({ base, bytes });
      position = Math.max(position, base + bytes);
    } finally {
      await file.close();
    }
  }
  for (const released of (await readReleases(disk, dir)).values()) position = Math.max(position, released);
  return { segments, end: { position: position === 0 ? 0 : Math.ceil((position + GAP) / GAP) * GAP, at } };
}

/** Removes a file that may be gone already. */
export async function removeIfThere(disk: Disk, path: string): Promise<void> {
  try {
    await disk.remove(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
