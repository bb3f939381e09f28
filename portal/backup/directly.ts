/** A backup made from the stores themselves: of a house that stands still, or whose portal is not on this computer. */
import { makeBackup } from '#shared/backup/make.ts';
import { NoBackup } from '#shared/backup/write-file.ts';
import { openDatabase } from '#shared/database/database.ts';
import { hasSchema } from '#shared/database/migrate.ts';
import { audit } from '#shared/database/queries/audit.ts';
import type { Settings } from '#shared/process/settings.ts';
import { leitwarteVersion } from '#shared/process/version.ts';
import { openReadingStore } from '#shared/readings/open.ts';

/** The bytes of the backup. Throws NoBackup where there is no house, FolderInUse where one runs and does not answer. */
export async function* backupDirectly(
  settings: Pick<Settings, 'dataDir' | 'databaseUrl' | 'influxUrl'>,
  clock: () => number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { dataDir } = settings;
  const database = openDatabase(settings);
  const readings = openReadingStore(settings);
  await database.startAsItIs();
  try {
    if (!(await hasSchema(database.kysely)))
      throw new NoBackup('There is no house: the database is empty. Check DATA_DIR and DATABASE_URL.');
    await readings.start();
    await readings.check();
    await audit(database.kysely, { actor: null, action: 'backup.made' }, new Date(clock()));
    yield* makeBackup({ database, readings, dataDir, version: leitwarteVersion(), clock });
  } finally {
    await readings.stop();
    await database.stop();
  }
}
