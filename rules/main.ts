/** `npm run rules`: alarms and cases from the journal in DATA_DIR, into the database the settings name. */
import { layFoundation, tellReady } from '#shared/process/foundation.ts';
import { House, run } from '#shared/process/run.ts';
import { buildRules } from './build.ts';

await run(async () => {
  const foundation = await layFoundation(process.env, ['DATABASE_URL']);
  const { database, log } = foundation;
  const stopsLast = { name: 'database', start: async () => undefined, stop: () => database.stop() };
  const house = new House([stopsLast, ...buildRules(foundation).parts], log);
  await house.start();
  tellReady(log, {});
  return { house, log };
});
