/** Holds a journal as it stands, to copy it: segments stay readable through open files while their names may go. */
import { join } from 'node:path';
import { type Disk, type DiskFile, errorCode, nodeDisk, readFully, readText, writeFully } from './disk.ts';
import { type DurableEnd, endPath, formatEnd, listSegments, parseEnd, segmentPath } from './folder.ts';
import type { Position } from './port.ts';
import { findLast, type Segment } from './scan.ts';

/** Bytes of one segment, as they lie in the journal. */
export interface JournalPiece {
  /** Where the segment begins, which is its name. */
  readonly base: Position;
  readonly position: Position;
  readonly bytes: Buffer;
}

const PIECE_BYTES = 4 * 1024 * 1024;

/** Segments were deleted between two looks: nothing between them is known to be held. */
export class JournalMovedOn extends Error {
  override readonly name = 'JournalMovedOn';
}

export class HeldJournal {
  readonly #dir: string;
  readonly #disk: Disk;
  readonly #segments: Segment[] = [];
  #end: DurableEnd = { position: 0, at: 0 };

  constructor(dir: string, disk: Disk = nodeDisk) {
    this.#dir = dir;
    this.#disk = disk;
  }

  /** How far the journal went at the last look. */
  get end(): DurableEnd {
    return this.#end;
  }

  get begin(): Position {
    return this.#segments[0]?.base ?? this.#end.position;
  }

  /**
   * Takes hold of what is there by now. Looked at before and after something else was read, everything between is held; throws
   * JournalMovedOn where that is not so.
   */
  async look(): Promise<void> {
    const bases = await listSegments(this.#disk, this.#dir);
    const newest = this.#segments.at(-1)?.base;
    // The oldest go first: while the newest of the last look is there, none behind it has gone.
    if (newest !== undefined && !bases.includes(newest)) throw new JournalMovedOn('The journal moved on meanwhile.');
    for (const base of bases) {
      if (newest !== undefined && base <= newest) continue;
      const file = await this.#open(base);
      if (file) this.#segments.push({ base, file });
    }
    this.#end = await this.#findEnd();
  }

  /** Everything held, up to the end, in order. */
  async *pieces(): AsyncGenerator<JournalPiece, void, undefined> {
    for (const { base, file } of this.#segments) {
      const size = Math.min(await file.size(), this.#end.position - base);
      for (let offset = 0; offset < size; offset += PIECE_BYTES) {
        const bytes = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - offset));
        const count = await readFully(file, bytes, offset);
        yield { base, position: base + offset, bytes: bytes.subarray(0, count) };
      }
    }
  }

  async close(): Promise<void> {
    for (const { file } of this.#segments.splice(0)) await file.close();
  }

  async #open(base: Position): Promise<DiskFile | undefined> {
    try {
      return await this.#disk.open(segmentPath(this.#dir, base), 'read');
    } catch (error) {
      // Deleted since it was listed, so everybody is done with it; a newer one is not opened before it.
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** What is published lags behind what is acknowledged by a moment, so the records themselves are asked. */
  async #findEnd(): Promise<DurableEnd> {
    const published = parseEnd((await readText(this.#disk, endPath(this.#dir))) ?? '') ?? { position: 0, at: 0 };
    const newest = this.#segments.at(-1);
    if (!newest) return published;
    const size = await newest.file.size();
    const last = await findLast(newest, Math.min(Math.max(published.position - newest.base, 0), size));
    return {
      position: Math.max(published.position, newest.base + last.end),
      at: Math.max(published.at, last.at),
    };
  }
}

/** Writes a journal of pieces into an empty folder. Throws where they do not follow one another. */
export class JournalCopy {
  readonly #dir: string;
  readonly #disk: Disk;
  #open: { readonly base: Position; readonly file: DiskFile; bytes: number } | undefined;

  constructor(dir: string, disk: Disk = nodeDisk) {
    this.#dir = dir;
    this.#disk = disk;
  }

  async add({ base, position, bytes }: JournalPiece): Promise<void> {
    if (this.#open?.base !== base) await this.#begin(base);
    const open = this.#open;
    if (!open || position !== base + open.bytes) throw new Error(`The journal lacks what lies before ${position}.`);
    await writeFully(open.file, bytes, open.bytes);
    open.bytes += bytes.length;
  }

  /** Resolves when everything is on disk. */
  async finish(end: DurableEnd): Promise<void> {
    await this.#closeOpen();
    await this.#disk.makeFolder(join(this.#dir, 'readers'));
    const file = await this.#disk.open(endPath(this.#dir), 'write');
    try {
      await writeFully(file, formatEnd(end), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#disk.syncFolder(this.#dir);
  }

  async #begin(base: Position): Promise<void> {
    await this.#closeOpen();
    await this.#disk.makeFolder(this.#dir);
    this.#open = { base, file: await this.#disk.open(segmentPath(this.#dir, base), 'write'), bytes: 0 };
  }

  async #closeOpen(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    try {
      await open.file.sync();
    } finally {
      await open.file.close();
    }
  }
}
