import { z } from 'zod';
import { ConditionLetter, Id, listOf, Text, Time, ToleranceAt } from './common.ts';

export const MachineQuery = z.object({
  condition: ConditionLetter.optional(),
  customer: Id.optional(),
  model: Id.optional(),
  q: z.string().max(100).optional(),
  sort: z.enum(['severity', 'name', 'tier', 'since']).default('severity'),
});

/** A machine as the fleet overview lists it. */
export const MachineListItem = z.object({
  id: Id,
  name: Text.nullable(),
  model: z.object({ id: Id, name: Text }),
  customer: z.object({ id: Id, name: Text, tier: z.enum(['premium', 'standard']) }),
  site: z.string().nullable(),
  timezone: z.string(),
  reference: z.boolean(),
  simulated: z.boolean(),
  condition: ConditionLetter,
  /** Since when that condition holds; null where it was never otherwise. */
  since: Time.nullable(),
  /** Component that is worst off, and the sensor whose breach says so. */
  worst: z
    .object({
      component: z.string().nullable(),
      name: Text.nullable(),
      sensor: z.string().nullable(),
      sensorName: Text.nullable(),
    })
    .nullable(),
  openCases: z.number().int(),
  owner: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Three times, never mixed. */
  connectedAt: Time.nullable(),
  online: z.boolean().nullable(),
  messageAt: Time.nullable(),
  readingAt: Time.nullable(),
  state: z.string().nullable(),
});
export type MachineListItem = z.infer<typeof MachineListItem>;

/** How many machines are in which condition, for the summary line. */
export const FleetSummary = z.object({
  F: z.number().int(),
  S: z.number().int(),
  M: z.number().int(),
  C: z.number().int(),
  OK: z.number().int(),
  '?': z.number().int(),
});
export type FleetSummary = z.infer<typeof FleetSummary>;

/** GET /machines: the page, and the whole fleet (by customer, model and text, but not by condition) in one line. */
export const MachineList = listOf(MachineListItem).extend({ summary: FleetSummary });
export type MachineList = z.infer<typeof MachineList>;

export const SensorAnswer = z.object({
  id: Id,
  component: z.string().nullable(),
  name: Text.nullable(),
  quantity: z.string().nullable(),
  unit: z.string().nullable(),
  tolerance: ToleranceAt.nullable(),
  every: z.string().nullable(),
  derived: z.boolean(),
  formula: z.string().nullable(),
  last: z.object({ t: Time, value: z.number(), excess: z.number().nullable() }).nullable(),
  stale: z.boolean(),
});
export type SensorAnswer = z.infer<typeof SensorAnswer>;

/** How many alarms are suppressed by what. */
export const SuppressedCounts = z.object({
  shelved: z.number().int(),
  maintenance: z.number().int(),
  flood: z.number().int(),
});

export const MachineAnswer = MachineListItem.extend({
  components: z.array(z.object({ id: Id, parent: z.string().nullable(), name: Text, condition: ConditionLetter })),
  sensors: z.array(SensorAnswer),
  /** The window that makes its condition C. */
  maintenance: z.object({ id: z.string(), title: z.string().nullable(), from: Time, until: Time }).nullable(),
  /** Standing alarms that do not call for attention, by why; null for those who may not see alarms. */
  suppressed: SuppressedCounts.nullable(),
  /** The flood that gathers further alarms now, and how many it has. */
  flood: z.object({ id: z.string(), since: Time, alarms: z.number().int() }).nullable(),
  may: z.array(z.string()),
});
export type MachineAnswer = z.infer<typeof MachineAnswer>;

/** Left out: to now, from 24 hours before `to`. */
const Range = { from: Time.optional(), to: Time.optional() };

export const ReadingsQuery = z.object({
  sensors: z.string().min(1).max(2000),
  ...Range,
  buckets: z.coerce.number().int().min(0).max(2000).default(600),
  limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
  cursor: z.string().max(400).optional(),
});

/** The band that held from `from` on (epoch ms as ISO), oldest first; the first holds at the range's start. */
export const ToleranceSpan = z.object({
  from: Time,
  low: z.number().nullable(),
  high: z.number().nullable(),
  nominal: z.number().nullable(),
});

export const ReadingsAnswer = z.object({
  sensors: z.record(
    z.string(),
    z.object({
      unit: z.string().nullable(),
      tolerance: z.array(ToleranceSpan),
      /** buckets > 0: empty buckets are left out. */
      buckets: z
        .array(z.object({ t: Time, min: z.number(), max: z.number(), mean: z.number(), count: z.number().int() }))
        .optional(),
      /** buckets = 0: raw values, paged. */
      values: z.array(z.tuple([Time, z.number()])).optional(),
    }),
  ),
  /** Width of a bucket in ms; null for raw values. */
  bucketMs: z.number().nullable(),
  /** Since when readings are kept one by one; before, there are buckets of whole minutes or hours alone. Null: all are. */
  rawFrom: Time.nullable(),
  next: z.string().nullable(),
});
export type ReadingsAnswer = z.infer<typeof ReadingsAnswer>;

export const EventsQuery = z.object(Range);
export const MachineEventAnswer = z.object({ t: Time, code: z.string(), text: z.string() });
export type MachineEventAnswer = z.infer<typeof MachineEventAnswer>;

export const RejectsQuery = z.object({ machine: Id.optional(), reason: z.string().max(40).optional() });
export const RejectAnswer = z.object({
  at: Time,
  machine: z.string().nullable(),
  sensor: z.string().nullable(),
  reason: z.string(),
  detail: z.string(),
  topic: z.string(),
  payload: z.string(),
});
export type RejectAnswer = z.infer<typeof RejectAnswer>;

/** A break in what a machine counts. Of a hole the first and last number missing; of a reset the last before and the first after. */
export const BreakAnswer = z.object({
  at: Time,
  machine: Id,
  kind: z.enum(['hole', 'reset']),
  first: z.number().int(),
  last: z.number().int(),
});
export type BreakAnswer = z.infer<typeof BreakAnswer>;

export const BreaksQuery = z.object({ machine: Id.optional() });

/** Data quality of one machine: the three times, and how many readings of the last 24 hours were good for what. */
export const QualityAnswer = z.object({
  machine: Id,
  name: Text.nullable(),
  customer: z.object({ id: Id, name: Text }),
  connectedAt: Time.nullable(),
  online: z.boolean().nullable(),
  messageAt: Time.nullable(),
  readingAt: Time.nullable(),
  /** What (`late`, `bad`, a reason of a reject) → how many, last 24 hours. */
  counts: z.record(z.string(), z.number().int()),
});
export type QualityAnswer = z.infer<typeof QualityAnswer>;
