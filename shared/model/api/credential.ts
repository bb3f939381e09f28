/** How a machine logs in at the broker. */
import { z } from 'zod';
import { parseDuration } from '../duration.ts';
import { listOf, Time } from './common.ts';

const MOST_MS = 90 * 86_400_000;

/** Left out: passwords made before hold until they are revoked. */
export const NewCredential = z.object({
  /** So long the passwords made before still hold, such as `1h`; `0s`: they end at once. */
  overlap: z
    .string()
    .max(16)
    .refine((text) => (parseDuration(text) ?? Infinity) <= MOST_MS, 'is no duration of up to 90d, such as 1h')
    .optional(),
});

export const CredentialAnswer = z.object({
  id: z.string(),
  /** What the machine logs in as. */
  username: z.string(),
  createdAt: Time,
  /** Until then it holds; null: until it is revoked. */
  endsAt: Time.nullable(),
});
export type CredentialAnswer = z.infer<typeof CredentialAnswer>;

/** The password leaves this once. `before`: what held before, and until when it still does. */
export const CredentialSecret = z.object({
  id: z.string(),
  username: z.string(),
  password: z.string(),
  before: z.array(CredentialAnswer),
});

export const CredentialList = listOf(CredentialAnswer);
