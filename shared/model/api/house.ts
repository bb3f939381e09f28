/** How the house itself is: the way of the messages with how far each stage has come, and what stands still. */
import { z } from 'zod';
import { STAGES, TROUBLES } from '../house.ts';
import { Time } from './common.ts';

const HouseAlarmAnswer = z.object({
  id: z.string(),
  what: z.enum(TROUBLES),
  /** When it was last seen to go. */
  since: Time,
  raisedAt: Time,
  /** The stage whose process noticed. */
  raisedBy: z.enum(STAGES),
  clearedAt: Time.nullable(),
});
export type HouseAlarmAnswer = z.infer<typeof HouseAlarmAnswer>;

const StageAnswer = z.object({
  stage: z.enum(STAGES),
  toldAt: Time,
  startedAt: Time,
  /** When the newest heartbeat that has come this far was received. */
  beatAt: Time.nullable(),
  passed: z.number().nullable(),
  perSecond: z.number().nullable(),
  lagBytes: z.number().nullable(),
  lagSeconds: z.number().nullable(),
  waitsFor: z.string().nullable(),
  rejected: z.record(z.string(), z.number()),
  more: z.record(z.string(), z.number()),
});
export type StageAnswer = z.infer<typeof StageAnswer>;

export const HouseChainAnswer = z.object({
  at: Time,
  /** A heartbeat older than this is missing, seconds. */
  limitSeconds: z.number(),
  /** Of each thing that can stand still. */
  verdicts: z.record(z.enum(TROUBLES), z.enum(['well', 'missing', 'unknown'])),
  /** Those that have told something, in the order of the way. */
  stages: z.array(StageAnswer),
  counts: z.object({
    casesOpen: z.number(),
    alarmsStanding: z.number(),
    deliveriesWaiting: z.number(),
    deliveriesDead: z.number(),
  }),
  /** The newest, standing or gone. */
  alarms: z.array(HouseAlarmAnswer),
});
export type HouseChainAnswer = z.infer<typeof HouseChainAnswer>;

export const HouseTroubleAnswer = z.object({
  items: z.array(HouseAlarmAnswer.pick({ id: true, what: true, since: true })),
});
export type HouseTroubleAnswer = z.infer<typeof HouseTroubleAnswer>;
