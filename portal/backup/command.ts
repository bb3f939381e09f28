/** The commands `backup` and `restore`. */
import { access } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { BackupDamaged } from '#shared/backup/archive.ts';
import type { BackupFacts } from '#shared/backup/facts.ts';
import { checkBackup, restoreBackup } from '#shared/backup/restore.ts';
import { settleRestore } from '#shared/backup/unfinished.ts';
import { backupPath, writeBackup } from '#shared/backup/write-file.ts';
import type { Settings } from '#shared/process/settings.ts';
import { findHouse } from '../running-house.ts';
import { backupDirectly } from './directly.ts';
import { backupFromHouse } from './from-house.ts';

export interface Surroundings {
  readonly settings: Pick<Settings, 'dataDir' | 'databaseUrl' | 'influxUrl'>;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Whole lines, without their end. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const BACKUP_USE = 'use: npm run -s backup -- --to FOLDER|FILE';
const RESTORE_USE = 'use: npm run -s restore -- --from FILE [--replace] | --check';

/** Makes a backup of the house of these settings, running or not. The exit status is 0, or 2 where there is none, with why. */
export async function backupCommand(args: readonly string[], surroundings: Surroundings): Promise<0 | 2> {
  const { settings, clock, out, err } = surroundings;
  try {
    const { to } = parseArgs({ args: [...args], options: { to: { type: 'string' } } }).values;
    if (to === undefined) throw new Error(BACKUP_USE);
    const path = await backupPath(to, new Date(clock()));
    const house = await findHouse(settings.dataDir);
    if (!house) await ownHouse(settings);
    const made = await writeBackup(path, house ? backupFromHouse(house) : backupDirectly(settings, clock));
    out(`${made.path}: ${megabytes(made.bytes)}, ${told(made.facts)}`);
    out('It holds password hashes and secrets of the house: keep it as you keep those.');
    return 0;
  } catch (error) {
    err(`backup: ${sentence(error)}`);
    err('No backup was made.');
    return 2;
  }
}

/** Restores a house, or checks a backup. The exit status is 0, or 2 where nothing was restored, with why. */
export async function restoreCommand(args: readonly string[], surroundings: Surroundings): Promise<0 | 2> {
  const { settings, clock, out, err } = surroundings;
  try {
    const { from, replace, check } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, replace: { type: 'boolean' }, check: { type: 'boolean' } },
    }).values;
    if (from === undefined) throw new Error(RESTORE_USE);
    await access(from).catch(() => {
      throw new Error(`${from} cannot be read: check its name and the rights of this user.`);
    });
    if (check) {
      out(`${from} is whole: ${told(await checkBackup(from))}`);
      return 0;
    }
    if (await findHouse(settings.dataDir)) throw new Error('A house runs on this DATA_DIR: stop it first.');
    const { facts, rows, readings, events, refused } = await restoreBackup({
      ...settings,
      from,
      replace: replace ?? false,
      clock,
      tell: out,
    });
    const count = (n: number) => n.toLocaleString('en');
    out(`Restored ${told(facts)}: ${count(rows)} rows, ${count(readings)} readings, ${count(events)} events.`);
    if (refused > 0) err(`warning: ${count(refused)} readings were refused: the store does not keep any so old.`);
    return 0;
  } catch (error) {
    err(`restore: ${sentence(error)}`);
    err('Nothing was restored.');
    return 2;
  }
}

/** A restore that was broken off is ended first, as at any start. */
async function ownHouse({ dataDir }: Surroundings['settings']): Promise<void> {
  const there = await access(dataDir).then(
    () => true,
    () => false,
  );
  if (!there) throw new Error(`There is no house: ${dataDir} does not exist. Set DATA_DIR to its folder.`);
  await settleRestore(dataDir);
}

function told({ created, leitwarte, journal }: BackupFacts): string {
  const at = journal.at > 0 ? `, everything up to ${new Date(journal.at).toISOString()}` : '';
  return `made at ${created} by Leitwarte ${leitwarte}${at}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function sentence(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return error instanceof BackupDamaged ? `the backup is damaged. ${said}` : said;
}
