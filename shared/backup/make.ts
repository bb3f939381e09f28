/**
 * Makes a backup of a house, running or not: everything acknowledged before it began is in it, once.
 *
 * The order is what makes it whole. Segments of the journal are held; then it is read how far the writer has come, so that all
 * before is in the reading store; then the database, as it stood at one instant, positions of its readers and all; then the
 * segments that came since are held too. What readers had not done by then lies in the journal, and is done after the restore.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip as gzipWith } from 'node:zlib';
import type { Database, Transaction } from '#shared/database/database.ts';
import { type DumpedSchema, dumpRows, dumpSchema } from '#shared/database/dump.ts';
import { machineIdsEver } from '#shared/database/queries/backup.ts';
import { HeldJournal, JournalMovedOn } from '#shared/journal/hold.ts';
import type { RollableStore } from '#shared/readings/rollups/port.ts';
import { ArchiveWriter } from './archive.ts';
import { type BackupFacts, FACTS, FORMAT } from './facts.ts';
import { KEPT_FILES } from './kept-files.ts';
import { eventPieces, readingPieces } from './readings.ts';
import { givenUp, rolledPieces } from './rollups.ts';

export interface BackupParts {
  readonly database: Database;
  readonly readings: RollableStore;
  readonly dataDir: string;
  /** Of Leitwarte. */
  readonly version: string;
  /** Epoch ms. */
  readonly clock: () => number;
}

const TRIES = 5;
/** Rows of the database are gathered to parts of about so many bytes. */
const PART_BYTES = 2 * 1024 * 1024;

const deflate = promisify<Buffer, { level: number }, Buffer>(gzipWith);
/** The fastest: a backup waits for the processor rather than for the disk. */
const pack = (bytes: Buffer) => deflate(bytes, { level: 1 });

/** The bytes of the backup, part by part. Rejects where the disk, the database or the reading store cannot go on. */
export async function* makeBackup(parts: BackupParts): AsyncGenerator<Buffer, void, undefined> {
  const { readings, version, clock } = parts;
  const created = clock();
  const archive = new ArchiveWriter(created);
  const { journal, files, rows } = await takeHold(parts);
  try {
    const facts: BackupFacts = {
      format: FORMAT,
      leitwarte: version,
      created: new Date(created).toISOString(),
      journal: { begin: journal.begin, end: journal.end.position, at: journal.end.at },
      database: rows.schema,
    };
    yield archive.add(FACTS, Buffer.from(`${JSON.stringify(facts, null, 1)}\n`));
    for (const { name, bytes } of files) yield archive.add(`files/${name}`, bytes);
    for await (const { name, bytes } of rows.parts()) yield archive.add(name, bytes);
    for await (const { base, position, bytes } of journal.pieces())
      yield archive.add(`journal/${base}/${position}.gz`, await pack(bytes));
    yield* numbered(archive, 'readings', readingPieces(readings));
    yield* numbered(archive, 'events', eventPieces(readings, rows.machines));
    yield* rolledUp(archive, readings);
    yield archive.end();
  } finally {
    await journal.close();
    await rows.close();
  }
}

/** After the readings: what is given up meanwhile is among the one or the other. */
async function* rolledUp(archive: ArchiveWriter, { rollups }: RollableStore): AsyncGenerator<Buffer, void, undefined> {
  const given = await givenUp(rollups);
  if (!given) return;
  yield archive.add('rollups/state.json', Buffer.from(JSON.stringify(given)));
  let number = 0;
  for await (const { unit, bytes } of rolledPieces(rollups, given))
    yield archive.add(`rollups/${unit}/${++number}.gz`, await pack(bytes));
}

async function* numbered(
  archive: ArchiveWriter,
  folder: string,
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let number = 0;
  for await (const bytes of pieces) yield archive.add(`${folder}/${++number}.gz`, await pack(bytes));
}

interface Held {
  readonly journal: HeldJournal;
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly rows: HeldRows;
}

async function takeHold(parts: BackupParts): Promise<Held> {
  for (let attempt = 1; ; attempt++) {
    const journal = new HeldJournal(join(parts.dataDir, 'journal'));
    const rows = await HeldRows.open(parts.dataDir);
    try {
      await journal.look();
      const files = await readFiles(parts.dataDir);
      await rows.fill(parts.database, () => journal.look());
      return { journal, files, rows };
    } catch (error) {
      await journal.close();
      await rows.close();
      if (!(error instanceof JournalMovedOn) || attempt >= TRIES) throw error;
    }
  }
}

async function readFiles(dataDir: string): Promise<Held['files']> {
  const files: { name: string; bytes: Buffer }[] = [];
  for (const name of KEPT_FILES) {
    try {
      files.push({ name, bytes: await readFile(join(dataDir, name)) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return files;
}

/**
 * The rows of the database, packed, in a file without a name: on the embedded database everybody waits while it is read, so
 * that is not left to whoever takes the backup slowly. Nothing of it stays where the process ends.
 */
class HeldRows {
  readonly #file: FileHandle;
  readonly #parts: { readonly name: string; readonly at: number; readonly size: number }[] = [];
  #end = 0;
  schema: DumpedSchema = { migrations: [], counters: [], tables: [] };
  machines: readonly string[] = [];

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(dataDir: string): Promise<HeldRows> {
    const path = join(dataDir, `backup.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new HeldRows(file);
  }

  /** `begun` is called as soon as it is settled what the rows are. */
  async fill(database: Database, begun: () => Promise<void>): Promise<void> {
    await database.snapshot(async (tx) => {
      this.schema = await dumpSchema(tx);
      await begun();
      this.machines = await machineIdsEver(tx);
      for (const table of this.schema.tables) await this.#fillTable(tx, table);
    });
  }

  async *parts(): AsyncGenerator<{ readonly name: string; readonly bytes: Buffer }, void, undefined> {
    for (const { name, at, size } of this.#parts) {
      const bytes = Buffer.allocUnsafe(size);
      await this.#file.read(bytes, 0, size, at);
      yield { name, bytes };
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #fillTable(tx: Transaction, table: string): Promise<void> {
    let [gathered, number] = ['', 0];
    const flush = async () => {
      if (gathered !== '') await this.#add(`database/${table}/${++number}.gz`, await pack(Buffer.from(gathered)));
      gathered = '';
    };
    for await (const { lines } of dumpRows(tx, table)) {
      gathered += lines;
      if (gathered.length >= PART_BYTES) await flush();
    }
    await flush();
  }

  async #add(name: string, bytes: Buffer): Promise<void> {
    const { bytesWritten } = await this.#file.write(bytes, 0, bytes.length, this.#end);
    if (bytesWritten < bytes.length)
      throw Object.assign(new Error('the disk of DATA_DIR took no more bytes'), { code: 'ENOSPC' });
    this.#parts.push({ name, at: this.#end, size: bytes.length });
    this.#end += bytes.length;
  }
}
