/** Each night the database lets go of what nobody needs any more. */
import type { Database } from '#shared/database/database.ts';
import { pruneDeliveries } from '#shared/database/queries/deliveries.ts';
import { pruneJobRuns } from '#shared/database/queries/jobs.ts';
import { removeExpiredSessions } from '#shared/database/queries/sessions.ts';
import { DAY_MS } from '#shared/model/service/zone.ts';
import type { Job } from '../schedule.ts';

/** What was sent, or could not be. */
const KEPT_DAYS = 90;

/** At 03:17, when few are at work; not on the hour, when every other program begins too. */
export function nightly(database: Database): Job {
  return {
    name: 'tidy',
    cron: '17 3 * * *',
    timezone: 'Europe/Berlin',
    run: async (now) => {
      await removeExpiredSessions(database.kysely, new Date(now));
      await pruneJobRuns(database.kysely);
      await database.transaction((tx) => pruneDeliveries(tx, new Date(now - KEPT_DAYS * DAY_MS)));
    },
  };
}
