import { z } from 'zod';
import type { Machine, MachineModel } from '../plant.ts';
import type { Rule } from '../rule.ts';
import { Id, SeverityName, Text, Time, ToleranceAt } from './common.ts';

/** A rule as in rules.md; its grammar is checked by the same reader as the file's. */
export const RuleJson = z
  .custom<Rule>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'is no rule: give an object with the fields of a rule',
  )
  .meta({ type: 'object' });

/** What the house knows of a rule, beside the rule's own fields. */
const Known = z.object({
  version: z.number().int(),
  changedAt: Time,
  author: z.string().nullable(),
  reason: z.string().nullable(),
  /** Why it watches nothing, where that is so: names a model or sensor the plant does not have. */
  dormant: z.string().nullable(),
  machines: z.number().int(),
  /** Models of these machines. */
  models: z.array(Id),
  /** One of these machines, for the names of what the rule watches. */
  example: Id.nullable(),
  standing: z.number().int(),
  /** Alarms of the last 30 days, those of the pilot included. */
  hits: z.number().int(),
  /** Of the cases of these days with a verdict those that were valid, percent; null: none has a verdict. */
  precision: z.number().nullable(),
  /** What this person may do with it; `off`, `pilot`, `live`: the modes it may be taken to next. */
  may: z.array(z.enum(['change', 'remove', 'rollback', 'off', 'pilot', 'live'])),
});
export type RuleMay = z.infer<typeof Known>['may'][number];
export const RuleAnswer = z.intersection(RuleJson, Known);
export type RuleAnswer = z.infer<typeof RuleAnswer>;

export const RuleVersionAnswer = z.object({
  version: z.number().int(),
  at: Time,
  /** When it took effect in the journal; null: not yet. */
  effectiveAt: Time.nullable(),
  author: z.string().nullable(),
  reason: z.string().nullable(),
  rule: RuleJson.nullable(),
});
export type RuleVersionAnswer = z.infer<typeof RuleVersionAnswer>;

const Why = z.string().trim().min(1).max(500);
export const RuleModeBody = z.object({ mode: z.enum(['live', 'pilot', 'off']), reason: Why });
export const RuleRollbackBody = z.object({ version: z.number().int().min(1), reason: Why });

export const ImportAnswer = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  removed: z.number().int(),
  /** `kind` is customer, model, machine or rule; `change` created, updated or removed; `fields` what differs, by path. */
  changes: z.array(
    z.object({
      kind: z.string(),
      id: z.string(),
      change: z.enum(['created', 'updated', 'removed']),
      fields: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
    }),
  ),
  warnings: z.array(z.string()),
});
export type ImportAnswer = z.infer<typeof ImportAnswer>;

export const BacktestBody = z.object({
  /** A rule as in rules.md, or the id of one of the rulebook. */
  rule: z.union([Id, RuleJson]),
  from: Time,
  /** Inclusive; what lies in the future is cut off. */
  to: Time,
  /** Default: all the rule applies to. */
  machines: z.array(Id).min(1).max(10_000).optional(),
});

/** A past case the backtest is held against. */
const BacktestCase = z.object({
  id: z.string(),
  number: z.number().int(),
  machine: Id,
  component: z.string().nullable(),
  openedAt: Time,
});
const Some = <T extends z.ZodType>(item: T) => z.object({ count: z.number().int(), items: z.array(item) });

export const BacktestAnswer = z.object({
  from: Time,
  to: Time,
  machines: z.number().int(),
  /** The first of the range, at most 500; `total` says how many there are. */
  alarms: z.array(
    z.object({
      machine: Id,
      rule: Id,
      raisedAt: Time,
      /** null: it stood at the end. */
      clearedAt: Time.nullable(),
      severity: SeverityName,
      component: z.string().nullable(),
      reason: z.unknown(),
    }),
  ),
  total: z.number().int(),
  /** Alarms raised before the range that stood when it began. */
  standingAtStart: z.number().int(),
  alarmsAnHour: z.number(),
  /** Cases the alarms would have opened, were each resolved when its last alarm clears. */
  cases: z.number().int(),
  coverage: z.object({
    /** 0 to 1, over all sensors. */
    share: z.number(),
    total: z.number().int(),
    /** The least covered first, at most 500. */
    sensors: z.array(
      z.object({
        machine: Id,
        sensor: Id,
        /** Of the range, not stale; without `every`, from first to last reading. */
        share: z.number(),
        readings: z.number().int(),
        first: Time.nullable(),
        last: Time.nullable(),
      }),
    ),
    /** What the rule asks for and the past does not tell. */
    unknown: z.array(z.enum(['state', 'baseline'])),
  }),
  /** With the verdicts of past cases of the same machines and component; at most 200 cases each. */
  agreement: z.object({
    /** Valid cases the rule tells of, and those it does not. */
    found: Some(BacktestCase),
    missed: Some(BacktestCase),
    /** False alarms that would come again. */
    repeated: Some(BacktestCase),
    /** Alarms with no case, or with false alarms alone. */
    new: z.number().int(),
  }),
  /** Readings judged, those that warm windows up included. */
  readings: z.number().int(),
});
export type BacktestAnswer = z.infer<typeof BacktestAnswer>;

const Judged = z.object({ raisedAt: Time, reason: z.unknown() });

export const RecomputeAnswer = z.object({
  /** unknown: what is stored does not suffice to judge the alarm anew; `missing` says what is not there. */
  verdict: z.enum(['equal', 'differs', 'unknown']),
  missing: z.enum(['readings', 'state', 'baseline', 'rule']).nullable(),
  ruleVersion: z.number().int(),
  /** Version of plant and rulebook that held when it was raised; null: none is known. */
  configuration: z.number().int().nullable(),
  /** As they held then, of the sensors the rule names. */
  tolerances: z.array(ToleranceAt.extend({ sensor: Id })),
  stored: Judged,
  /** The engine's word today; null: it raises no alarm near that time. */
  recomputed: Judged.nullable(),
  differences: z.array(z.object({ path: z.string(), stored: z.unknown(), recomputed: z.unknown() })),
  readings: z.number().int(),
});
export type RecomputeAnswer = z.infer<typeof RecomputeAnswer>;

const asInTheFile = <T>() =>
  z.custom<T>((value) => typeof value === 'object' && value !== null).meta({ type: 'object' });

/** What a rule can name: models as in plant.yaml, and machines with what they override. */
export const PlantAnswer = z.object({
  /** Version of the configuration. */
  version: z.number().int(),
  models: z.array(asInTheFile<MachineModel>()),
  machines: z.array(
    asInTheFile<Pick<Machine, 'id' | 'name' | 'model' | 'customer' | 'site' | 'reference' | 'sensors'>>(),
  ),
  customers: z.array(z.object({ id: Id, name: Text })),
});
export type PlantAnswer = z.infer<typeof PlantAnswer>;
