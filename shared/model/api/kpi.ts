import { z } from 'zod';
import { KPI_IDS } from '../kpi.ts';
import { Id, Text, Time } from './common.ts';

const Timezone = z.string().max(64).refine(isTimezone, 'is no time zone: write one of IANA, such as Europe/Berlin');

function isTimezone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const KpiAlarmsQuery = z.object({
  /** Default: 30 days before `to`. */
  from: Time.optional(),
  /** Default: now. */
  to: Time.optional(),
  customer: Id.optional(),
  model: Id.optional(),
  /** On shift at one time, whom the alarms are shared by; default 1. */
  people: z.coerce.number().min(0.1).max(1_000).default(1),
  /** Of hours and days; default: one's own. */
  timezone: Timezone.optional(),
});

const Words = z.object({ de: z.string(), en: z.string() });
const Target = z.union([
  z.object({ atMost: z.number() }),
  z.object({ atLeast: z.number() }),
  z.object({ below: z.number() }),
]);

const Figure = z.object({
  id: z.enum(KPI_IDS),
  /** null: there is nothing to compute it from. */
  value: z.number().nullable(),
  unit: z.enum(['alarms', '%', 'floods']),
  target: Target.nullable(),
  /** Whether the target is reached; null without target or value. */
  met: z.boolean().nullable(),
  name: Words,
  definition: Words,
  source: z.string(),
});

const Pair = z.object({ rule: Id, ruleTitle: Text.nullable(), machine: Id, machineName: Text.nullable() });

export const KpiAlarmsAnswer = z.object({
  from: Time,
  to: Time,
  timezone: z.string(),
  people: z.number(),
  /** That people were told of. */
  alarms: z.number().int(),
  /** Held back, and of pilot rules: in none of the figures. */
  suppressed: z.object({ shelved: z.number().int(), maintenance: z.number().int(), flood: z.number().int() }),
  pilot: z.number().int(),
  figures: z.array(Figure),
  /** Days of the time zone, in order. */
  days: z.array(z.object({ begin: Time, alarms: z.number().int(), stale: z.number().int() })),
  /** When the most alarms came in 10 minutes; null: never. */
  worstAt: Time.nullable(),
  /** The worst 50. */
  floods: z.array(z.object({ from: Time, to: Time, alarms: z.number().int(), worst: z.number().int() })),
  /** The worst 50; `times`: how often the third move within a minute happened. */
  chattering: z.array(Pair.extend({ times: z.number().int() })),
  /** Standing at the end, the oldest 50. */
  stale: z.array(Pair.extend({ alarm: z.string(), raisedAt: Time })),
  top: z.array(Pair.extend({ alarms: z.number().int(), share: z.number() })),
  rules: z.array(
    z.object({
      rule: Id,
      ruleTitle: Text.nullable(),
      alarms: z.number().int(),
      /** Cases, by verdict. */
      valid: z.number().int(),
      falseAlarms: z.number().int(),
      undecided: z.number().int(),
      /** Percent; null: no verdict. */
      precision: z.number().nullable(),
      /** Why it is to be mended. */
      bad: z.array(z.enum(['frequent', 'chattering', 'imprecise'])),
    }),
  ),
});
export type KpiAlarmsAnswer = z.infer<typeof KpiAlarmsAnswer>;
