import type { Disk, DiskFile } from './disk.ts';
import { type DurableEnd, endPath, formatEnd } from './folder.ts';
import { writeFully } from './disk.ts';

/**
 * Tells readers in other processes how far the journal is durable. Written in place behind each commit without waiting, the
 * latest value only; a start finds the true end from the records, so it may lag after a crash.
 */
export class EndFile {
  readonly #disk: Disk;
  readonly #dir: string;
  #file: DiskFile | undefined;
  #pending: DurableEnd | undefined;
  #writing: Promise<void> | undefined;
  #failure: unknown;

  constructor(disk: Disk, dir: string) {
    this.#disk = disk;
    this.#dir = dir;
  }

  /** A failure is met again by the next publish; until then other processes see the journal as it was. */
  publish(end: DurableEnd): void {
    this.#pending = end;
    this.#writing ??= this.#write();
  }

  /** Resolves when the latest value is written and survives a power cut; rejects where it is not. */
  async sync(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#file?.sync();
    await this.#disk.syncFolder(this.#dir);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
  }

  async #write(): Promise<void> {
    this.#failure = undefined;
    try {
      while (this.#pending !== undefined) {
        const line = formatEnd(this.#pending);
        this.#pending = undefined;
        this.#file ??= await this.#disk.open(endPath(this.#dir), 'write');
        await writeFully(this.#file, line, 0);
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#writing = undefined;
    }
  }
}
