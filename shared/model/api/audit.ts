import { z } from 'zod';
import { PageQuery, Time } from './common.ts';

export const AuditQuery = z.object({
  /** An account; `none`: nobody who was logged in. */
  actor: z.string().min(1).max(100).optional(),
  /** `session.opened`, or all of a kind: `session`. */
  action: z
    .string()
    .regex(/^[a-z-]+(\.[a-z-]+)?$/, 'is a kind such as session, or an action such as session.opened')
    .optional(),
  subject: z.string().min(1).max(200).optional(),
  from: Time.optional(),
  to: Time.optional(),
  /** Stands somewhere in the entry. */
  q: z.string().trim().min(1).max(200).optional(),
  ...PageQuery.shape,
});

export const AuditAnswer = z.object({
  id: z.number().int(),
  at: Time,
  actor: z.object({ id: z.string(), name: z.string() }).nullable(),
  action: z.string(),
  subject: z.string().nullable(),
  /** Where the subject is a person. */
  subjectName: z.string().nullable(),
  detail: z.unknown(),
});
export type AuditAnswer = z.infer<typeof AuditAnswer>;

/** Whether the log is as it was written. */
export const AuditCheckAnswer = z.object({
  entries: z.number().int(),
  since: Time.nullable(),
  /** The first entry that was changed, or before which one is missing. */
  broken: z.object({ id: z.number().int(), at: Time }).nullable(),
});
export type AuditCheckAnswer = z.infer<typeof AuditCheckAnswer>;
