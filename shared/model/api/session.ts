import { z } from 'zod';
import { ROLES } from '../access.ts';
import { Id, Time } from './common.ts';

export const LogIn = z.object({ user: z.string().min(1).max(200), password: z.string().min(1).max(1000) });

export const SessionAnswer = z.object({
  user: z.object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    customer: z.string().nullable(),
    language: z.string(),
    timezone: z.string(),
  }),
  /** Sent back as header x-csrf-token with every unsafe request. */
  csrf: z.string(),
  /** What this user may do, from the one permission table. */
  may: z.array(z.string()),
});
export type SessionAnswer = z.infer<typeof SessionAnswer>;

export const NewToken = z.object({ name: z.string().min(1).max(100) });
export const TokenSecret = z.object({ id: z.string(), token: z.string() });
export const TokenAnswer = z.object({ id: z.string(), name: z.string(), createdAt: Time, usedAt: Time.nullable() });

export const Credentials = z.object({ username: z.string(), password: z.string() });

/** GET /people: who may own a case, for the choice of an owner. */
export const PersonAnswer = z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES) });
export type PersonAnswer = z.infer<typeof PersonAnswer>;

export const UserAnswer = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  customer: z.string().nullable(),
});
export const CustomerAnswer = z.object({
  id: Id,
  name: z.unknown(),
  tier: z.enum(['premium', 'standard']),
  machines: z.number().int(),
  openCases: z.number().int(),
});

/** What the log-in page may know before anybody logged in: whether this is the demo, and its people. */
export const HouseAnswer = z.object({
  demo: z.boolean(),
  people: z.array(
    z.object({ login: z.string(), name: z.string(), role: z.enum(ROLES), customer: z.string().nullable() }),
  ),
  version: z.string(),
});
export type HouseAnswer = z.infer<typeof HouseAnswer>;
