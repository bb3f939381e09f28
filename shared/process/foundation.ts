/** What every main stands on: settings, log, metrics, and the servers the settings name. Used by mains only. */
import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { settleRestore } from '../backup/unfinished.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { DatabaseUnavailable } from '../database/unavailable.ts';
import { openReadingStore } from '../readings/open.ts';
import type { RolledReadings } from '../readings/rollups/rolled.ts';
import { createLog, type Log } from './log.ts';
import { Metrics } from './metrics.ts';
import type { Part } from './run.ts';
import { readSettings, type Settings, SettingsError } from './settings.ts';

export interface Foundation {
  readonly settings: Settings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Open already, its schema up to date. */
  readonly database: Database;
  /** Starts with the servers below. */
  readonly readings: RolledReadings;
  /** What every house starts first and stops last. */
  readonly servers: readonly Part[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const TRY_EVERY_MS = 2_000;

/**
 * Reads the settings and opens the database, waiting for a PostgreSQL that is away. `needs` names the settings this main
 * cannot do without, because embedded stores belong to one process. Throws SettingsError with every problem.
 */
export async function layFoundation(env: Environment, needs: readonly string[] = []): Promise<Foundation> {
  const settings = settingsOf(env, needs);
  await ownFolder(settings.dataDir);
  await settleRestore(settings.dataDir);
  const log = createLog(settings.logLevel, { terminal: process.stdout.isTTY });
  const database = openDatabase(settings);
  // An embedded database that cannot be opened does not mend by waiting.
  await (settings.databaseUrl === undefined ? database.start() : patiently(() => database.start(), log));
  const readings = openReadingStore(settings);
  const servers = [
    { name: 'database', start: async () => undefined, stop: () => database.stop() },
    { name: 'readings', start: () => readings.start(), stop: () => readings.stop() },
  ];
  return { settings, log, metrics: new Metrics(), database, readings, servers };
}

function settingsOf(env: Environment, needs: readonly string[]): Settings {
  const settings = readSettings(env);
  const missing = needs.filter((name) => !env[name] && !env[`${name}_FILE`]);
  if (missing.length > 0) {
    throw new SettingsError(
      missing.map(
        (name) => `${name}: is not set; the embedded stores belong to one process, so name a server, or run npm start`,
      ),
    );
  }
  return { ...settings, dataDir: path.resolve(settings.dataDir) };
}

async function ownFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError([`DATA_DIR: ${dir} cannot be written to (${code}): make it, or give this user the right`]);
  }
}

/** Tells that the house is ready: whoever waits for it waits for this line, whatever LOG_LEVEL is. */
export function tellReady(log: Log, facts: Readonly<Record<string, unknown>>): void {
  log.child({}, { level: 'info' }).info(facts, 'ready');
}

/** A server that is away is waited for, and said so; anything else ends the start. */
async function patiently(start: () => Promise<void>, log: Log): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await start();
      if (tries > 0) log.info('the database answers');
      return;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      if (tries % 15 === 0) log.error(`${error.message} Waiting for it.`);
      await sleep(TRY_EVERY_MS);
    }
  }
}
