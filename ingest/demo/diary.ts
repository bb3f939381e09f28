/** How much of the demo's past is written, over restarts: DATA_DIR/demo.json. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface DiaryPage {
  /** First start of the demo this page is about, epoch ms. */
  readonly epoch: number;
  /** Past cases are in the database. */
  readonly casesWritten: boolean;
  /** Machines whose history is in the reading store. */
  readonly written: readonly string[];
}

const FILE = 'demo.json';

export class Diary {
  readonly #dir: string;
  #page: DiaryPage;

  private constructor(dir: string, page: DiaryPage) {
    this.#dir = dir;
    this.#page = page;
  }

  /** Opens the diary of the demo that began at `epoch`; one of another demo, or a damaged one, is begun anew. */
  static async open(dir: string, epoch: number): Promise<Diary> {
    const page = await readPage(join(dir, FILE));
    return new Diary(dir, page?.epoch === epoch ? page : { epoch, casesWritten: false, written: [] });
  }

  get page(): DiaryPage {
    return this.#page;
  }

  /** Resolves when it is on disk. */
  async note(change: Partial<DiaryPage>): Promise<void> {
    this.#page = { ...this.#page, ...change };
    await mkdir(this.#dir, { recursive: true });
    const file = join(this.#dir, FILE);
    await writeFile(`${file}.tmp`, `${JSON.stringify(this.#page)}\n`);
    await rename(`${file}.tmp`, file);
  }
}

async function readPage(file: string): Promise<DiaryPage | undefined> {
  try {
    const page = JSON.parse(await readFile(file, 'utf8')) as Partial<DiaryPage>;
    if (typeof page.epoch !== 'number') return undefined;
    return { epoch: page.epoch, casesWritten: page.casesWritten === true, written: page.written ?? [] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
