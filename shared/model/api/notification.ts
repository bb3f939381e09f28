/** Notifications, deliveries and webhooks: what leaves and what comes in. */
import { z } from 'zod';
import { NOTICE_KINDS, NOTICE_MODES, WEBHOOK_EVENTS } from '../service/notification.ts';
import { Time } from './common.ts';

const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day: write it as 22:00');

export const PreferencesBody = z.object({
  mail: z.record(z.enum(NOTICE_KINDS), z.enum(NOTICE_MODES)),
  about: z.enum(['mine', 'all']),
  digestMinutes: z.number().int().min(5).max(1440),
  mostAnHour: z.number().int().min(1).max(120),
  quiet: z
    .object({ from: ClockTime, to: ClockTime })
    .refine(({ from, to }) => from !== to, 'begins when it ends')
    .nullable(),
});

export const MyNotificationsAnswer = z.object({
  preferences: PreferencesBody,
  mail: z.object({
    /** False: no mail server is set; mails are written and kept, not sent. */
    on: z.boolean(),
    /** Null: an admin has to give you one. */
    address: z.string().nullable(),
    last: z.object({ at: Time, state: z.string(), error: z.string().nullable() }).nullable(),
  }),
});

export const WebhookBody = z.object({
  url: z.string().max(2000),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1),
});
export const WebhookAnswer = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  createdAt: Time,
});
/** Shown this once. */
export const WebhookSecret = WebhookAnswer.extend({ secret: z.string() });

const STATES = ['waiting', 'sent', 'dead', 'kept'] as const;
export const DeliveryQuery = z.object({ state: z.enum(STATES).optional() });
export const DeliveryAnswer = z.object({
  /** Of a webhook also its `webhook-id`, the same in every attempt. */
  id: z.string(),
  channel: z.enum(['mail', 'webhook']),
  to: z.string(),
  /** Subject of the mail, type of the webhook. */
  about: z.string(),
  state: z.enum(STATES),
  attempts: z.number().int(),
  createdAt: Time,
  /** When it is tried next. */
  nextAt: Time.nullable(),
  endedAt: Time.nullable(),
  error: z.string().nullable(),
});
