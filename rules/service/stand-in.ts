/**
 * Writes and sends what is due while the rules, whose business that is, do not tell anything any more: else nobody would learn by
 * mail that they stand still. Part of the portal's own process.
 */
import type { Database } from '#shared/database/database.ts';
import { stageReports } from '#shared/database/queries/house.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import type { Part } from '#shared/process/run.ts';
import type { Settings } from '#shared/process/settings.ts';
import { Courier } from './deliver.ts';
import { Loop } from './loop.ts';
import { MailServer } from './mail.ts';
import { post } from './post.ts';
import { callWebhook } from './webhook.ts';

export interface StandInParts {
  readonly database: Database;
  readonly settings: Pick<Settings, 'smtpUrl' | 'mailFrom' | 'publicUrl' | 'webhookInner' | 'heartbeatLimit'>;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

const EVERY_MS = 10_000;

/** Undefined where this process knows no mail server: what it cannot send, it must not call done. */
export function buildStandIn({ database, settings, clock, log, metrics }: StandInParts): Part | undefined {
  const { smtpUrl, mailFrom, heartbeatLimit } = settings;
  if (smtpUrl === undefined) return undefined;
  const publicUrl = settings.publicUrl?.replace(/\/+$/, '') ?? null;
  const inner = settings.webhookInner === 'on';
  const courier = new Courier({
    database,
    mail: new MailServer(smtpUrl, mailFrom),
    webhook: (call) => callWebhook(call, { inner }),
    random: Math.random,
    log,
    metrics,
  });
  const since = clock();
  return new Loop({
    name: 'stand-in for the service desk',
    everyMs: Math.min(EVERY_MS, heartbeatLimit / 4),
    once: async () => {
      const now = clock();
      const toldAt = (await stageReports(database.kysely)).get('rules')?.toldAt ?? 0;
      if (now - Math.max(toldAt, since) <= heartbeatLimit) return false;
      const mails = await post({ database, mail: true, publicUrl }, now);
      return (await courier.deliver(now)) || mails;
    },
    log,
  });
}
