/** What happens by the calendar: each night the database lets go of what nobody needs any more. The one door to node-cron. */
import { type ScheduledTask, schedule } from 'node-cron';
import type { Database } from '#shared/database/database.ts';
import { removeExpiredSessions } from '#shared/database/queries/sessions.ts';
import type { Log } from '#shared/process/log.ts';

interface ScheduleParts {
  readonly database: Database;
  readonly log: Log;
}

/** At 03:17, when few are at work; not on the hour, when every other program begins too. */
const NIGHTLY = '17 3 * * *';
const ZONE = 'Europe/Berlin';

export class Schedule {
  readonly name = 'schedule';
  readonly #parts: ScheduleParts;
  #task: ScheduledTask | undefined;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#task = schedule(NIGHTLY, () => this.tidy(), { timezone: ZONE, noOverlap: true });
  }

  async stop(): Promise<void> {
    await this.#task?.destroy();
  }

  /** Idempotent, so two processes that do it in one night do no harm. */
  async tidy(): Promise<void> {
    const { database, log } = this.#parts;
    try {
      const sessions = await removeExpiredSessions(database.kysely, new Date());
      log.info({ sessions }, 'expired sessions are removed');
    } catch (error) {
      log.warn({ err: error }, 'expired sessions were not removed; the next night tries again');
    }
  }
}
