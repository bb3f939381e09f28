import { z } from 'zod';
import { CASE_STATUSES } from '../case.ts';
import type { Reason } from '../reason.ts';
import { Id, SeverityName, Text, Time } from './common.ts';

const Person = z.object({ id: z.string(), name: z.string() });

export const CaseQuery = z.object({
  status: z.enum(['open', 'all', ...CASE_STATUSES]).default('open'),
  machine: Id.optional(),
  owner: z.string().max(64).optional(), // an account's id, `me` or `none`
  customer: Id.optional(),
  severity: SeverityName.optional(),
  q: z.string().max(100).optional(),
  sort: z.enum(['urgency', 'last', 'opened', 'number']).default('urgency'),
});

export const CaseListItem = z.object({
  id: z.string(),
  number: z.number().int(),
  status: z.enum(CASE_STATUSES),
  severity: SeverityName,
  highestSeverity: SeverityName,
  machine: z.string(),
  machineName: Text.nullable(),
  component: z.string().nullable(),
  componentName: Text.nullable(),
  customer: z.string(),
  customerName: Text,
  tier: z.enum(['premium', 'standard']),
  title: Text,
  openedAt: Time,
  lastAt: Time,
  occurrences: z.number().int(),
  /** Alarms of this case that stand raised now. */
  standing: z.number().int(),
  owner: Person.nullable(),
  nextStep: z.string().nullable(),
  dueAt: Time.nullable(),
  simulated: z.boolean(),
  revision: z.number().int(),
  may: z.array(z.string()),
});
export type CaseListItem = z.infer<typeof CaseListItem>;

/** `reason` has the shape of shared/model/reason.ts. */
const ReasonJson = z.custom<Reason>((value) => typeof value === 'object' && value !== null).meta({ type: 'object' });

export const AlarmAnswer = z.object({
  id: z.string(),
  machine: z.string(),
  rule: z.string(),
  ruleVersion: z.number().int(),
  ruleTitle: Text.nullable(),
  advice: Text.nullable(),
  mode: z.enum(['live', 'pilot']),
  severity: SeverityName,
  component: z.string().nullable(),
  raisedAt: Time,
  clearedAt: Time.nullable(),
  acknowledgedAt: Time.nullable(),
  shelvedUntil: Time.nullable(),
  reason: ReasonJson,
  clearReason: ReasonJson.nullable(),
  case: z.string().nullable(),
});
export type AlarmAnswer = z.infer<typeof AlarmAnswer>;

export const TimelineEntry = z.object({
  id: z.number().int(),
  at: Time,
  /** Null: the system. */
  actor: Person.nullable(),
  kind: z.enum([
    'opened',
    'raised',
    'cleared',
    'reopened',
    'acknowledged',
    'assigned',
    'comment',
    'shelved',
    'waiting',
    'resolved',
    'closed',
    'merged',
    'split',
    'severity',
    'sla',
    'escalated',
    'related',
    'checklist',
  ]),
  visibility: z.enum(['internal', 'customer']),
  detail: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const CaseAnswer = CaseListItem.extend({
  alarms: z.array(AlarmAnswer),
  timeline: z.array(TimelineEntry),
  cause: z.string().nullable(),
  remedy: z.string().nullable(),
  verdict: z.enum(['valid', 'false-alarm']).nullable(),
  resolvedAt: Time.nullable(),
  closedAt: Time.nullable(),
  shelvedUntil: Time.nullable(),
});
export type CaseAnswer = z.infer<typeof CaseAnswer>;

const note = z.string().max(10_000);
export const CaseStepBody = {
  acknowledge: z.object({ note: note.optional() }),
  /** null: nobody; left out: me. */
  assign: z.object({
    owner: z.string().max(64).nullable().optional(),
    nextStep: z.string().max(500).optional(),
    dueAt: Time.nullable().optional(),
  }),
  comment: z.object({ text: note.min(1), visibility: z.enum(['internal', 'customer']).default('internal') }),
  shelve: z.object({ until: Time, reason: z.string().min(1).max(500) }),
  wait: z.object({ for: z.enum(['customer', 'part', 'observation']), until: Time.optional(), note: note.optional() }),
  resolve: z.object({
    cause: z.string().min(1).max(500),
    remedy: z.string().min(1).max(2000),
    verdict: z.enum(['valid', 'false-alarm']),
    why: z.string().max(2000).optional(),
  }),
  /** Cause, remedy and verdict are needed where the case was not resolved before. */
  close: z.object({
    cause: z.string().min(1).max(500).optional(),
    remedy: z.string().min(1).max(2000).optional(),
    verdict: z.enum(['valid', 'false-alarm']).optional(),
    note: note.optional(),
  }),
  reopen: z.object({ reason: z.string().min(1).max(500) }),
} as const;
/** Each step's body as it comes in after validation. */
export type CaseStepBodies = { readonly [S in keyof typeof CaseStepBody]: z.infer<(typeof CaseStepBody)[S]> };

export const AlarmQuery = z.object({
  active: z.stringbool().optional(),
  machine: Id.optional(),
  rule: Id.optional(),
});
export const ShelveBody = z.object({ until: Time, reason: z.string().min(1).max(500) });
