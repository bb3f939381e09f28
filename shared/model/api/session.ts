import { z } from 'zod';
import { ROLES } from '../access.ts';
import { Id, Text, Time } from './common.ts';

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

/** GET /people: who may own a case, for the choice of an owner. */
export const PersonAnswer = z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES) });
export type PersonAnswer = z.infer<typeof PersonAnswer>;

export const NewPassword = z.string().min(10, 'needs at least 10 characters').max(1000);
/** One's own; all other sessions end. */
export const PasswordChange = z.object({ old: z.string().min(1).max(1000), new: NewPassword });

export const UserAnswer = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  customer: z.string().nullable(),
  /** Customers a partner works for. */
  assigned: z.array(z.string()),
  email: z.string().nullable(),
  language: z.string(),
  timezone: z.string(),
  disabled: z.boolean(),
});
export type UserAnswer = z.infer<typeof UserAnswer>;

const Login = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._@+-]{0,99}$/,
    'is up to 100 of a-z, 0-9, ".", "_", "-", "+", "@", beginning with a letter or digit',
  );
const userFields = {
  name: z.string().trim().min(1).max(200),
  role: z.enum(ROLES),
  /** Needed for the role customer, forbidden for every other. */
  customer: Id.nullable(),
  assigned: z.array(Id).max(1000),
  email: z.email().max(200).nullable(),
  language: z.enum(['de', 'en']),
  timezone: z.string().max(60).refine(isTimezone, 'is no time zone such as Europe/Berlin'),
};
const { name, role, ...optional } = userFields;
export const NewUser = z.object({
  login: Login,
  name,
  role,
  ...z.object(optional).partial().shape,
  /** Left out: one is made up and shown once. */
  password: NewPassword.optional(),
});
export const UserSecret = UserAnswer.extend({ password: z.string().nullable() });
/** What is left out stays. */
export const UserChange = z.object({ ...userFields, password: NewPassword, disabled: z.boolean() }).partial();

function isTimezone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const CustomerAnswer = z.object({
  id: Id,
  name: Text,
  tier: z.enum(['premium', 'standard']),
  machines: z.number().int(),
  openCases: z.number().int(),
});
export type CustomerAnswer = z.infer<typeof CustomerAnswer>;

/** GET /audit: who did what; never a secret. */
/** What the log-in page may know before anybody logged in: whether this is the demo, and its people. */
export const HouseAnswer = z.object({
  demo: z.boolean(),
  /** `firm`: name of a customer's firm as it is shown; never an id. */
  people: z.array(z.object({ login: z.string(), name: z.string(), role: z.enum(ROLES), firm: Text.nullable() })),
  version: z.string(),
});
export type HouseAnswer = z.infer<typeof HouseAnswer>;
