import { z } from 'zod';
import { SUPPRESSIONS } from '../attention.ts';
import { CASE_STATUSES, WAIT_REASONS } from '../case.ts';
import type { Reason } from '../reason.ts';
import { Id, SeverityName, Text, Time } from './common.ts';
import { ClockAnswer } from './service.ts';

const Person = z.object({ id: z.string(), name: z.string() });

export const CaseQuery = z.object({
  /** `done`: resolved, closed or merged. */
  status: z.enum(['open', 'done', 'all', ...CASE_STATUSES]).default('open'),
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
  /** What it waits for, and until when waiting and shelving end by themselves. */
  waitingFor: z.enum(WAIT_REASONS).nullable(),
  waitingUntil: Time.nullable(),
  shelvedUntil: Time.nullable(),
  /** Whether new alarms of its machine and component go to it, while it is open. */
  absorbing: z.boolean(),
  /** What was promised, and how it stands; to a customer none. */
  clocks: z.array(ClockAnswer),
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
  version: z.number().int(),
  ruleTitle: Text.nullable(),
  advice: Text.nullable(),
  mode: z.enum(['live', 'pilot']),
  severity: SeverityName,
  component: z.string().nullable(),
  raisedAt: Time,
  clearedAt: Time.nullable(),
  acknowledgedAt: Time.nullable(),
  /** While it is shelved. */
  shelvedUntil: Time.nullable(),
  /** What ends its shelving, whichever comes first; by whom and why it was shelved. */
  shelving: z
    .object({
      until: Time,
      raises: z.number().int().nullable(),
      within: z.string().nullable(),
      growsBy: z.number().nullable(),
      reason: z.string(),
      since: Time,
      by: Person.nullable(),
    })
    .nullable(),
  /** Why it does not call for attention (of one that has cleared: did not), and since when. */
  suppressed: z.object({ why: z.enum(SUPPRESSIONS), since: Time }).nullable(),
  /** ISA-18.2: three or more transitions a minute. */
  chattering: z.boolean(),
  /** ISA-18.2: stands longer than 24 hours. */
  stale: z.boolean(),
  /** Since when it cannot be judged, because readings are missing. */
  noData: Time.nullable(),
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
    'unshelved',
    'suppressed',
    'released',
    'flood',
  ]),
  visibility: z.enum(['internal', 'customer']),
  detail: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

const CaseLink = z.object({ id: z.string(), number: z.number().int() });

export const RelatedCase = CaseLink.extend({
  status: z.enum(CASE_STATUSES),
  /** What the other case is to this one: the older one it goes on from, the one that goes on from it, … */
  how: z.enum(['follows', 'followed-by', 'split-from', 'split-into', 'merged-from']),
});
export type RelatedCase = z.infer<typeof RelatedCase>;

export const SimilarCase = CaseLink.extend({
  machine: z.string(),
  machineName: Text.nullable(),
  title: Text,
  /** When it was resolved or closed. */
  endedAt: Time,
  cause: z.string().nullable(),
  remedy: z.string().nullable(),
  verdict: z.enum(['valid', 'false-alarm']),
});
export type SimilarCase = z.infer<typeof SimilarCase>;

export const ChecklistItem = z.object({
  item: z.number().int(),
  text: Text,
  rule: z.string(),
  doneAt: Time.nullable(),
  doneBy: Person.nullable(),
});
export type ChecklistItem = z.infer<typeof ChecklistItem>;

const Choice = z.object({ id: z.string(), name: Text });

export const CaseAnswer = CaseListItem.extend({
  alarms: z.array(AlarmAnswer),
  timeline: z.array(TimelineEntry),
  cause: z.string().nullable(),
  remedy: z.string().nullable(),
  verdict: z.enum(['valid', 'false-alarm']).nullable(),
  why: z.string().nullable(),
  /** Ids of `choices`, where the words were chosen from them. */
  causeChoice: z.string().nullable(),
  remedyChoice: z.string().nullable(),
  whyChoice: z.string().nullable(),
  /** What to choose from; empty for who does not work on cases. */
  choices: z.object({ causes: z.array(Choice), remedies: z.array(Choice), whys: z.array(Choice) }),
  checklist: z.array(ChecklistItem),
  resolvedAt: Time.nullable(),
  closedAt: Time.nullable(),
  /** Where what was merged goes on. */
  mergedInto: CaseLink.nullable(),
  related: z.array(RelatedCase),
  /** Newest cases with the same rules, or of the same model and component, that were resolved or closed. */
  similar: z.array(SimilarCase),
});
export type CaseAnswer = z.infer<typeof CaseAnswer>;

const note = z.string().max(10_000);
const reason = z.string().trim().min(1).max(500);
/**
 * Words, or the id or name of an entry of the case's `choices`. What was valid needs cause and remedy, a false alarm why; a
 * cause says that too.
 */
const outcome = {
  cause: z.string().trim().min(1).max(500).optional(),
  remedy: z.string().trim().min(1).max(2000).optional(),
  why: z.string().trim().min(1).max(2000).optional(),
};
export const CaseStepBody = {
  acknowledge: z.object({ note: note.optional() }),
  /** null: nobody; left out: me. */
  assign: z.object({
    owner: z.string().max(64).nullable().optional(),
    nextStep: z.string().max(500).optional(),
    dueAt: Time.nullable().optional(),
  }),
  comment: z.object({
    text: note.min(1),
    visibility: z.enum(['internal', 'customer']).default('internal'),
    /** Made up by whoever says it: the same text with the same key, sent again because no answer came, is said once. */
    key: z.string().min(1).max(64).optional(),
  }),
  shelve: z.object({ until: Time, reason }),
  wait: z.object({ reason: z.enum(WAIT_REASONS), until: Time, note: note.optional() }),
  resolve: z.object({ ...outcome, verdict: z.enum(['valid', 'false-alarm']) }),
  /** Cause, remedy and verdict are needed where the case was not resolved before. */
  close: z.object({ ...outcome, verdict: z.enum(['valid', 'false-alarm']).optional(), note: note.optional() }),
  reopen: z.object({ reason }),
  merge: z.object({
    /** Number or id. */
    into: z.union([z.number().int().positive(), z.string().min(1).max(100)]),
    reason,
    /** Revision of that case as it was read; left out: whatever it is now. */
    intoRevision: z.number().int().positive().optional(),
  }),
  split: z.object({ alarms: z.array(z.string().min(1).max(100)).min(1).max(1_000), reason }),
  checklist: z.object({ item: z.number().int().positive(), done: z.boolean() }),
} as const;
/** Each step's body as it comes in after validation. */
export type CaseStepBodies = { readonly [S in keyof typeof CaseStepBody]: z.infer<(typeof CaseStepBody)[S]> };
