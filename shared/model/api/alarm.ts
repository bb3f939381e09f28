/** Alarms: lists, and what people do with a single one. */
import { z } from 'zod';
import { DURATION_PATTERN } from '../duration.ts';
import { AlarmAnswer } from './case.ts';
import { Id, listOf, Time } from './common.ts';
import { SuppressedCounts } from './machine.ts';

export const AlarmQuery = z.object({
  active: z.stringbool().optional(),
  machine: Id.optional(),
  rule: Id.optional(),
  suppressed: z.stringbool().optional(),
});

/** GET /alarms: the page, and how many of all those (whatever was asked of `suppressed`) are suppressed. */
export const AlarmList = listOf(AlarmAnswer).extend({ suppressed: SuppressedCounts });
export type AlarmList = z.infer<typeof AlarmList>;

/** Ends by whatever comes first; at least one of `until`, `raises`, `growsBy`. */
export const ShelveBody = z
  .object({
    until: Time.optional(),
    reason: z.string().trim().min(1).max(500),
    /** Until so many raises (1: the next one), counted within `within` if given. */
    raises: z.number().int().min(1).max(1_000).optional(),
    within: z
      .string()
      .regex(DURATION_PATTERN, 'is no duration: write a whole number and m, h or d, such as 10m')
      .optional(),
    /** Until the excess has grown by so many percentage points. */
    growsBy: z.number().positive().max(100_000).optional(),
  })
  .refine(({ until, raises, growsBy }) => until !== undefined || raises !== undefined || growsBy !== undefined, {
    path: ['until'],
    message: 'is missing: say until when, or give raises or growsBy',
  })
  .refine(({ raises, within }) => within === undefined || raises !== undefined, {
    path: ['within'],
    message: 'belongs to raises: say how many',
  });
export type ShelveBody = z.infer<typeof ShelveBody>;
