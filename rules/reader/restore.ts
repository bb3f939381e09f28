/**
 * Brings a fold to the place where the reader stands: the memory of an earlier place, and what came since. That is written
 * already, but for times of machines that waited to be told: they are on the board once more.
 */
import type { Database } from '#shared/database/database.ts';
import { configuration, configurationAt, latestConfiguration } from '#shared/database/queries/configuration.ts';
import { loadSnapshot } from '#shared/database/queries/reader.ts';
import { machineStatuses } from '#shared/database/queries/status.ts';
import { type JournalReader, JournalUnavailable, type Position } from '#shared/journal/port.ts';
import type { Log } from '#shared/process/log.ts';
import { Fold, type FoldOptions } from './fold.ts';
import { unpack } from './memory.ts';
import { Setups, setUp } from './setup.ts';
import { StatusBoard } from './status-board.ts';
import { Work } from './work.ts';

export interface RestoreOptions {
  readonly database: Database;
  readonly journal: JournalReader;
  /** Name of the reader, and the position up to which everything is written. */
  readonly name: string;
  readonly position: Position;
  readonly fold: FoldOptions;
  readonly log: Log;
}

export interface Restored {
  readonly fold: Fold;
  readonly board: StatusBoard;
  /** Where to read on; differs from the position asked for where the journal is another one. */
  readonly position: Position;
  /** From here on the journal is needed for the next restore. */
  readonly needed: Position;
}

export async function restore(options: RestoreOptions): Promise<Restored> {
  const { database, journal, position, log } = options;
  const board = new StatusBoard(await machineStatuses(database.kysely));
  const begin = await journal.begin();
  const end = await journal.end();
  if (position > end && (await journal.holds(position))) {
    throw new JournalUnavailable(
      'The journal does not say yet how far it goes, as after a power cut: start ingest, which tells it.',
      'END',
    );
  }
  if (position > end) {
    log.error(
      { position, end },
      'the journal ends before the place up to which the rules have read: it is another journal than the one the database knows; beginning at its start',
    );
    const fold = new Fold(setUp(await latestConfiguration(database.kysely)), options.fold);
    return { fold, board, position: begin, needed: begin };
  }
  const { fold, from } = await remembered(options, begin);
  if (from < begin) log.warn({ from, begin }, 'the journal was deleted in part before the rules had read it');
  await catchUp(options, fold, board, from);
  return { fold, board, position, needed: from };
}

/** The fold at the place of its snapshot; without a usable one, at the beginning of the journal. */
async function remembered(options: RestoreOptions, begin: Position): Promise<{ fold: Fold; from: Position }> {
  const { database, name, position, log } = options;
  const snapshot = await loadSnapshot(database.kysely, name);
  if (snapshot && snapshot.position <= position) {
    const memory = await unpack(snapshot.state);
    const held =
      snapshot.configuration === null ? undefined : await configuration(database.kysely, snapshot.configuration);
    if (memory && (held || snapshot.configuration === null)) {
      return { fold: new Fold(setUp(held), options.fold, memory), from: snapshot.position };
    }
    log.warn(
      { position: snapshot.position },
      'the memory of the rules cannot be used; folding the journal from its beginning',
    );
  }
  return {
    fold: new Fold(setUp(await configurationAt(database.kysely, begin)), options.fold),
    from: Math.min(begin, position),
  };
}

async function catchUp(options: RestoreOptions, fold: Fold, board: StatusBoard, from: Position): Promise<void> {
  const { database, journal, position, log } = options;
  const setups = new Setups(database.kysely, log);
  for (let place = from; place < position; ) {
    const { records, next } = await journal.read(place);
    const wanted = records.filter((record) => record.position < position);
    await setups.load(wanted);
    const work = new Work(place);
    for (const record of wanted) fold.take(record, setups.of(record), { work, board });
    if (next === place) return;
    place = next;
  }
}
