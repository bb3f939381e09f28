/** Puts the service together: who follows the cases, who writes, who sends, and what happens by the calendar. */
import type { Database } from '#shared/database/database.ts';
import { CHANGE_CHANNEL } from '#shared/database/queries/changes.ts';
import { PolicyBook } from '#shared/database/queries/service-versions.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import type { Part } from '#shared/process/run.ts';
import type { Settings } from '#shared/process/settings.ts';
import { Schedule } from '../schedule.ts';
import { Courier } from './deliver.ts';
import { follow, lookAtDue } from './follow.ts';
import { Loop } from './loop.ts';
import { MailServer } from './mail.ts';
import { nightly, type NightlyParts } from './nightly.ts';
import { post } from './post.ts';
import { callWebhook } from './webhook.ts';

export interface DeskParts {
  readonly database: Database;
  readonly settings: Pick<Settings, 'smtpUrl' | 'mailFrom' | 'publicUrl' | 'webhookInner'> & NightlyParts['settings'];
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A notice may be lost; then it is a few seconds later. */
const EVERY_MS = 5_000;

export function buildDesk({ database, settings, clock, log, metrics }: DeskParts): readonly Part[] {
  const publicUrl = settings.publicUrl?.replace(/\/+$/, '') ?? null;
  const policies = new PolicyBook();
  const mail = settings.smtpUrl === undefined ? undefined : new MailServer(settings.smtpUrl, settings.mailFrom);
  const inner = settings.webhookInner === 'on';
  const courier = new Courier({
    database,
    mail,
    webhook: (call) => callWebhook(call, { inner }),
    random: Math.random,
    log,
    metrics,
  });
  const sending = new Loop({ name: 'courier', everyMs: EVERY_MS, once: () => courier.deliver(clock()), log });
  const writing = new Loop({
    name: 'service desk',
    everyMs: EVERY_MS,
    once: async () => {
      const now = clock();
      const more = await follow({ database, policies, publicUrl }, now);
      const mails = await post({ database, mail: mail !== undefined, publicUrl }, now);
      sending.wake();
      return more || mails;
    },
    log,
  });
  const promises = {
    name: 'promises',
    cron: '* * * * *',
    timezone: 'UTC',
    run: async (now: number) => {
      while (await lookAtDue({ database, policies }, now));
      writing.wake();
    },
  };
  const schedule = new Schedule({
    database,
    jobs: [promises, nightly({ database, settings, log })],
    clock,
    log,
    metrics,
  });
  return [sending, new Woken(writing, database), schedule];
}

/** A loop that is woken by whatever changes. */
class Woken {
  readonly name: string;
  readonly #loop: Loop;
  readonly #database: Database;
  #unlisten: (() => Promise<void>) | undefined;

  constructor(loop: Loop, database: Database) {
    this.name = loop.name;
    this.#loop = loop;
    this.#database = database;
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#database.listen(CHANGE_CHANNEL, () => this.#loop.wake());
    await this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#unlisten?.();
    await this.#loop.stop();
  }
}
