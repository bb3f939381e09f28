/**
 * Restores a house from a backup: whole, or as it was before. Embedded stores, the journal and files are made ready beside
 * those of DATA_DIR and take their places together; PostgreSQL changes in one transaction; InfluxDB, which knows none, is
 * emptied and filled, and until all is done no house starts (unfinished.ts).
 */
import { createReadStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Database, openDatabase, type Transaction } from '#shared/database/database.ts';
import { isInhabited, Loading, othersConnected } from '#shared/database/load.ts';
import { DatabaseUnavailable } from '#shared/database/unavailable.ts';
import { audit } from '#shared/database/queries/audit.ts';
import { JournalCopy } from '#shared/journal/hold.ts';
import { lockFolder } from '#shared/process/lock.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { emptyInflux } from '#shared/readings/empty-influx.ts';
import { InfluxReadings } from '#shared/readings/influx.ts';
import type { ReadingStore } from '#shared/readings/port.ts';
import type { RollableStore } from '#shared/readings/rollups/port.ts';
import { BackupDamaged, type Member, readArchive } from './archive.ts';
import { type BackupFacts, FACTS, readFacts } from './facts.ts';
import { KEPT_FILES } from './kept-files.ts';
import { readEvents, unpack } from './readings.ts';
import { type GivenUp, saveGivenUp, unpackRolled } from './rollups.ts';
import {
  exists,
  forgetRestore,
  lockRestore,
  noteUnfinished,
  readyFolder,
  swap,
  type Unfinished,
  unfinishedRestore,
} from './unfinished.ts';

export interface RestoreOptions {
  /** Path of the backup. */
  readonly from: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly influxUrl: string | undefined;
  /** Whether a house that is lived in may be replaced. */
  readonly replace: boolean;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Hears how far it has come, in whole sentences. */
  readonly tell: (sentence: string) => void;
}

export interface Restored {
  readonly facts: BackupFacts;
  readonly rows: number;
  readonly readings: number;
  readonly events: number;
  /** Readings and events the store did not take, such as those older than it keeps. */
  readonly refused: number;
}

/** Why nothing was restored, and the mend. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
}

const EMBEDDED_DATABASE = 'database';
const EMBEDDED_READINGS = 'readings.duckdb';
/** Taken by the reading stores in one go. */
const WRITTEN_AT_ONCE = 20_000;

const inflate = promisify<Buffer, Buffer>(gunzip);

/** Reads the whole backup. Throws BackupDamaged saying where it is not as it was made. */
export async function checkBackup(from: string): Promise<BackupFacts> {
  let first: Member | undefined;
  for await (const member of members(from)) first ??= member;
  // Only now it is known that nothing is damaged.
  return factsOf(first);
}

function factsOf(first: Member | undefined): BackupFacts {
  if (first?.name !== FACTS) throw new BackupDamaged(`It does not begin with ${FACTS}.`);
  return readFacts(first.bytes);
}

/** Throws BackupDamaged, RestoreRefused, SchemaRefused, FolderInUse; then the house is what it was before. */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { dataDir, from } = options;
  await mkdir(dataDir, { recursive: true });
  const lock = await lockRestore(dataDir);
  try {
    await refuseRunning(dataDir);
    const before = await unfinishedRestore(dataDir);
    if (before?.phase === 'swapping') {
      await swap(dataDir, before);
      options.tell(`The restore of ${before.from} that was broken off had everything ready and is done now.`);
    }
    if (before?.phase !== 'loading') await forgetRestore(dataDir);
    options.tell(`Checking ${from} …`);
    await checkBackup(from);
    // Half of a backup is nobody's house.
    if (!options.replace && before?.phase !== 'loading') await refuseFilesThere(options);
    return await new Restoring(options, before?.phase === 'loading').run();
  } finally {
    await lock.release();
  }
}

class Restoring {
  readonly #options: RestoreOptions;
  readonly #mayReplace: boolean;
  readonly #ready: string;
  readonly #counts = { rows: 0, readings: 0, events: 0, refused: 0 };

  constructor(options: RestoreOptions, again: boolean) {
    this.#options = options;
    this.#mayReplace = options.replace || again;
    this.#ready = readyFolder(options.dataDir);
  }

  async run(): Promise<Restored> {
    const { dataDir, databaseUrl, influxUrl, from, tell } = this.#options;
    await mkdir(this.#ready, { recursive: true, mode: 0o700 });
    const database = openDatabase({ databaseUrl, dataDir: this.#ready });
    const readings = influxUrl
      ? new InfluxReadings(influxUrl)
      : new DuckDbReadings(join(this.#ready, EMBEDDED_READINGS));
    await database.startAsItIs();
    let facts: BackupFacts;
    try {
      await readings.start();
      await this.#claim(database, readings);
      tell('Restoring …');
      facts = await database.transaction((tx) => this.#load(tx, readings));
    } catch (error) {
      // Without an InfluxDB nothing has changed, unless the server went away in the very commit.
      if (influxUrl === undefined && !(error instanceof DatabaseUnavailable)) await forgetRestore(dataDir);
      throw error;
    } finally {
      await readings.stop();
      await database.stop();
    }
    const state: Unfinished = { phase: 'swapping', from: resolve(from), files: await this.#filesToSwap() };
    await noteUnfinished(dataDir, state);
    await swap(dataDir, state);
    return { facts, ...this.#counts };
  }

  /** From here on the servers are the backup's: a house that starts before all is done would find a part of it. */
  async #claim(database: Database, readings: ReadingStore): Promise<void> {
    const { dataDir, databaseUrl, influxUrl, from } = this.#options;
    await readings.check();
    await this.#refuseInhabited(database.kysely);
    if (!this.#mayReplace && influxUrl !== undefined && (await readings.latest()).length > 0)
      throw inhabited('InfluxDB holds readings already');
    if (databaseUrl === undefined && influxUrl === undefined) return;
    await noteUnfinished(dataDir, { phase: 'loading', from: resolve(from), files: [] });
    if (influxUrl !== undefined) await emptyInflux(influxUrl);
  }

  async #refuseInhabited(db: Database['kysely']): Promise<void> {
    if (this.#options.databaseUrl === undefined) return;
    const others = await othersConnected(db);
    if (others > 0)
      throw new RestoreRefused(
        `Leitwarte is connected to PostgreSQL (${others} connections): stop ingest, rules and portal first.`,
      );
    if (!this.#mayReplace && (await isInhabited(db))) throw inhabited('PostgreSQL holds people or a plant already');
  }

  async #load(tx: Transaction, readings: RollableStore): Promise<BackupFacts> {
    const { from, clock } = this.#options;
    await this.#refuseInhabited(tx);
    Object.assign(this.#counts, { rows: 0, readings: 0, events: 0, refused: 0 });
    const loading = new Loading(tx);
    const journal = new JournalCopy(join(this.#ready, 'journal'));
    let facts: BackupFacts | undefined;
    for await (const { name, bytes } of members(from)) {
      const [kind = '', first = '', second = ''] = name.split('/');
      if (kind === FACTS) {
        facts = readFacts(bytes);
        await loading.begin(facts.database);
      } else if (kind === 'files') await this.#file(first, bytes);
      else if (kind === 'database') await this.#rows(loading, first, await inflate(bytes));
      else if (kind === 'journal')
        await journal.add({ base: Number(first), position: Number.parseInt(second), bytes: await inflate(bytes) });
      else if (kind === 'readings') await this.#readings(readings, await inflate(bytes));
      else if (kind === 'events') await this.#events(readings, await inflate(bytes));
      else if (name === 'rollups/state.json')
        await saveGivenUp(readings.rollups, JSON.parse(bytes.toString()) as GivenUp);
      else if (kind === 'rollups')
        await readings.rollups.put(first === 'hour' ? 'hour' : 'minute', unpackRolled(await inflate(bytes)));
      else throw new BackupDamaged(`${name} is no part of a backup this version knows.`);
    }
    if (!facts) throw new BackupDamaged(`${FACTS} is missing.`);
    await journal.finish({ position: facts.journal.end, at: facts.journal.at });
    await loading.end();
    const detail = { created: facts.created, leitwarte: facts.leitwarte };
    await audit(tx, { actor: null, action: 'backup.restored', detail }, new Date(clock()));
    return facts;
  }

  async #file(name: string, bytes: Buffer): Promise<void> {
    if (!KEPT_FILES.some((kept) => kept === name)) throw new BackupDamaged(`files/${name} is no file of a house.`);
    await writeFile(join(this.#ready, name), bytes, { mode: 0o600, flush: true });
  }

  async #rows(loading: Loading, table: string, bytes: Buffer): Promise<void> {
    const lines = bytes.toString('utf8');
    await loading.rows({ table, lines });
    this.#counts.rows += lines.split('\n').length - 1;
  }

  async #readings(store: ReadingStore, bytes: Buffer): Promise<void> {
    const readings = unpack(bytes);
    for (let i = 0; i < readings.length; i += WRITTEN_AT_ONCE)
      this.#counts.refused += (await store.write(readings.slice(i, i + WRITTEN_AT_ONCE), [])).length;
    this.#counts.readings += readings.length;
  }

  async #events(store: ReadingStore, bytes: Buffer): Promise<void> {
    const events = readEvents(bytes);
    this.#counts.refused += (await store.write([], events)).length;
    this.#counts.events += events.length;
  }

  /** What of DATA_DIR the backup replaces. Embedded stores stay where they lie when a server takes their part. */
  async #filesToSwap(): Promise<Unfinished['files']> {
    const { databaseUrl, influxUrl } = this.#options;
    const names = [
      'journal',
      ...KEPT_FILES,
      ...(databaseUrl === undefined ? [EMBEDDED_DATABASE] : []),
      ...(influxUrl === undefined ? [EMBEDDED_READINGS, `${EMBEDDED_READINGS}.wal`] : []),
    ];
    return Promise.all(names.map(async (name) => ({ name, isNew: await exists(join(this.#ready, name)) })));
  }
}

function members(from: string): AsyncGenerator<Member, void, undefined> {
  return readArchive(createReadStream(from, { highWaterMark: 1024 * 1024 }));
}

/** Whoever works on the folder holds one of these. */
async function refuseRunning(dataDir: string): Promise<void> {
  for (const [folder, name] of [
    [dataDir, 'database'],
    [join(dataDir, 'journal'), 'journal'],
  ] as const) {
    if (await exists(folder)) await (await lockFolder(folder, name)).release();
  }
}

async function refuseFilesThere({ dataDir, databaseUrl, influxUrl }: RestoreOptions): Promise<void> {
  const journal = (await readdir(join(dataDir, 'journal')).catch(() => [])).filter((name) => name.endsWith('.journal'));
  if (journal.length > 0) throw inhabited(`${dataDir} holds a journal already`);
  if (databaseUrl === undefined && (await exists(join(dataDir, EMBEDDED_DATABASE))))
    throw inhabited(`${dataDir} holds a database already`);
  if (influxUrl === undefined && (await exists(join(dataDir, EMBEDDED_READINGS))))
    throw inhabited(`${dataDir} holds readings already`);
}

function inhabited(what: string): RestoreRefused {
  return new RestoreRefused(`${what}: restore into an empty house, or replace this one with --replace.`);
}
