/** The command `import`: into a running house by its API, else into its database. */
import { openDatabase } from '#shared/database/database.ts';
import { houseUsers, type Settings } from '#shared/process/settings.ts';
import { findHouse } from '../running-house.ts';
import { ImportRefused, readOrder } from './order.ts';
import { type Imported, reportOf } from './report.ts';
import { importThroughDatabase } from './through-database.ts';
import { importThroughHouse } from './through-house.ts';

export interface Surroundings {
  readonly settings: Pick<Settings, 'databaseUrl' | 'dataDir'> & Parameters<typeof houseUsers>[0];
  /** Epoch ms. */
  readonly clock: () => number;
  /** Whole lines, without their end. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** Runs the command. The exit status is 0, or 2 where nothing could be imported, with every problem told. */
export async function importCommand(
  args: readonly string[],
  { settings, clock, out, err }: Surroundings,
): Promise<0 | 2> {
  try {
    const order = await readOrder(args, houseUsers(settings));
    const { databaseUrl, dataDir } = settings;
    // A PostgreSQL takes both files in one transaction, and tells a running house itself.
    const house = databaseUrl === undefined ? await findHouse(dataDir) : undefined;
    let imported: readonly Imported[];
    if (house) imported = await importThroughHouse(house, order);
    else {
      const database = openDatabase({ databaseUrl, dataDir });
      await database.start();
      try {
        imported = await importThroughDatabase(database, order, new Date(clock()));
      } finally {
        await database.stop();
      }
    }
    for (const { file, answer } of imported)
      for (const warning of answer.warnings) err(`warning: ${warning.startsWith(file) ? '' : `${file}: `}${warning}`);
    for (const one of imported) for (const line of reportOf(one, order.dryRun)) out(line);
    return 0;
  } catch (error) {
    if (error instanceof ImportRefused) for (const problem of error.problems) err(problem);
    else err(`import: ${error instanceof Error ? error.message : String(error)}`);
    if (!(error instanceof ImportRefused && error.partly)) err('Nothing was imported.');
    return 2;
  }
}
