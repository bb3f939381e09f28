import { z } from 'zod';
import { KPI_IDS } from '../kpi.ts';
import { Id, Text, Time } from './common.ts';
import { RuleJson } from './rule.ts';

const Timezone = z.string().max(64).refine(isTimezone, 'is no time zone: write one of IANA, such as Europe/Berlin');

function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
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

export const ProposalsQuery = z.object({
  /** Left out: the rules that disturb most, one after the other. */
  rule: Id.optional(),
  /** Default: 30 days before `to`; 92 days at most. */
  from: Time.optional(),
  to: Time.optional(),
});

const Load = z.object({ alarms: z.number().int(), cases: z.number().int() });

const RuleProposals = z.object({
  rule: Id,
  ruleTitle: Text.nullable(),
  /** What the rule as it is would have raised: everything below is beside this. */
  before: Load.extend({
    /** Of the valid cases those it tells of. */
    validFound: z.number().int(),
  }),
  /** Tried on so many of the machines it watches: the loudest, and those with valid cases. */
  machines: z.object({ tried: z.number().int(), of: z.number().int() }),
  /** Cases people called valid, to which the rule brought an alarm in the range. */
  validCases: z.number().int(),
  /** Changes tried, and those refused because a valid case would not have been found. */
  tried: z.number().int(),
  refused: z.number().int(),
  proposals: z.array(
    z.object({
      kind: z.enum(['off-delay', 'deadband', 'on-delay', 'limit', 'tolerance']),
      changes: z.array(
        z.object({
          path: z.string(),
          before: z.union([z.string(), z.number()]),
          after: z.union([z.string(), z.number()]),
        }),
      ),
      after: Load.extend({ validFound: z.number().int() }),
      /** The longest by which a valid case would have been told of later; null without one. */
      laterMs: z.number().nullable(),
      /** As it would be, ready to be put; of a tolerance the plant changes and the rule stays. */
      rule: RuleJson,
    }),
  ),
  /** Why there is nothing to try it on; null: there is. */
  problem: z.string().nullable(),
});

export const ProposalsAnswer = z.object({
  from: Time,
  to: Time,
  items: z.array(RuleProposals),
  /** Further rules that disturb: ask for them by name. */
  left: z.array(Id),
});
export type ProposalsAnswer = z.infer<typeof ProposalsAnswer>;
