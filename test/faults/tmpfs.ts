/** A small disk of its own in memory, to be filled. Only root may make one; elsewhere making it fails with what is missing. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeDir, mustRun, tempDir } from '#test/servers/tools.ts';

export class SmallDisk {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async make(megabytes: number): Promise<SmallDisk> {
    const dir = await tempDir('disk');
    await mustRun('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir]);
    return new SmallDisk(dir);
  }

  /** Takes all the room there is; answers how to give it back. */
  async fill(): Promise<() => Promise<void>> {
    const ballast = path.join(this.dir, 'ballast');
    const piece = Buffer.alloc(64 * 1024);
    for (;;) {
      try {
        await writeFile(ballast, piece, { flag: 'a' });
      } catch {
        return () => removeDir(ballast);
      }
    }
  }

  async remove(): Promise<void> {
    await mustRun('umount', [this.dir]);
    await removeDir(this.dir);
  }
}
