/** Each night the database lets go of what nobody needs any more. */
import type { Database } from '#shared/database/database.ts';
import { pruneJobRuns } from '#shared/database/queries/jobs.ts';
import { type Aging, forgetBefore, forgetMessages } from '#shared/database/queries/retention.ts';
import { removeExpiredSessions } from '#shared/database/queries/sessions.ts';
import type { Log } from '#shared/process/log.ts';
import type { Settings } from '#shared/process/settings.ts';
import type { Job } from '../schedule.ts';

export interface NightlyParts {
  readonly database: Database;
  /** How long things are kept, ms; undefined: for ever. */
  readonly settings: Pick<Settings, 'keepRejects' | 'keepMessages' | 'keepAudit'>;
  readonly log: Log;
}

/** What could not be used, and what was wrong with the house. */
const SET_ASIDE: readonly Aging[] = ['reject', 'quality', 'sequence_break', 'house_alarm'];

/**
 * At 03:17, when few are at work; not on the hour, when every other program begins too. Cases, their timelines, alarms and
 * configurations are the house's history and stay.
 */
export function nightly({ database, settings, log }: NightlyParts): Job {
  const { keepRejects, keepMessages, keepAudit } = settings;
  return {
    name: 'tidy',
    cron: '17 3 * * *',
    timezone: 'Europe/Berlin',
    run: async (now) => {
      const before = (keep: number) => new Date(now - keep);
      const forgotten: Record<string, number> = {
        session: await removeExpiredSessions(database.kysely, new Date(now)),
      };
      await pruneJobRuns(database.kysely);
      if (keepMessages !== undefined) forgotten['delivery'] = await forgetMessages(database, before(keepMessages));
      if (keepRejects !== undefined)
        for (const table of SET_ASIDE) forgotten[table] = await forgetBefore(database, table, before(keepRejects));
      if (keepAudit !== undefined) forgotten['audit'] = await forgetBefore(database, 'audit', before(keepAudit));
      log.info({ forgotten }, 'the database let go of what is older than is kept');
    },
  };
}
