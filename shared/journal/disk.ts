/** The few things the journal asks of a file system; handed in, so that tests can let it fail. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';

export interface DiskFile {
  size(): Promise<number>;
  /** Reads into the buffer; returns how many bytes there were, 0 at the end. */
  read(into: Buffer, offset: number): Promise<number>;
  /** Returns how many bytes were taken, which may be fewer than given. */
  write(bytes: Buffer, offset: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Resolves when data and length are on disk (fdatasync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  makeFolder(path: string): Promise<void>;
  list(folder: string): Promise<string[]>;
  /** `read`: must exist. `write`: for reading and writing, created if missing, never emptied. */
  open(path: string, mode: 'read' | 'write'): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Resolves when names created in or removed from the folder are on disk. */
  syncFolder(folder: string): Promise<void>;
}

/** The code of a file system error (`ENOSPC`, `ENOENT`, …), or `UNKNOWN`. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read(into: Buffer, offset: number): Promise<number> {
    return (await this.#handle.read(into, 0, into.length, offset)).bytesRead;
  }

  async write(bytes: Buffer, offset: number): Promise<number> {
    return (await this.#handle.write(bytes, 0, bytes.length, offset)).bytesWritten;
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The real file system. */
export const nodeDisk: Disk = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  list: (folder) => readdir(folder),
  async open(path, mode) {
    return new NodeFile(await open(path, mode === 'read' ? 'r' : constants.O_RDWR | constants.O_CREAT, 0o640));
  },
  rename,
  remove: unlink,
  async syncFolder(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** All bytes from `offset` on that fit into the buffer, or as many as the file has. */
export async function readFully(file: DiskFile, into: Buffer, offset: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const count = await file.read(into.subarray(done), offset + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Writes every byte, going on after short writes. */
export async function writeFully(file: DiskFile, bytes: Buffer, offset: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const count = await file.write(bytes.subarray(done), offset + done);
    if (count <= 0) throw Object.assign(new Error('the disk took no more bytes'), { code: 'ENOSPC' });
    done += count;
  }
}

/** The text of a small file, or undefined if there is none. */
export async function readText(disk: Disk, path: string): Promise<string | undefined> {
  let file: DiskFile;
  try {
    file = await disk.open(path, 'read');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(256);
    return bytes.toString('utf8', 0, await readFully(file, bytes, 0));
  } finally {
    await file.close();
  }
}
