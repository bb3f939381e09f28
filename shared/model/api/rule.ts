import { z } from 'zod';
import type { Rule } from '../rule.ts';
import { Time } from './common.ts';

/** A rule as in rules.md; its grammar is checked by the same reader as the file's. */
export const RuleJson = z.custom<Rule>((value) => typeof value === 'object' && value !== null).meta({ type: 'object' });

export const RuleAnswer = z.object({
  rule: RuleJson,
  version: z.number().int(),
  changedAt: Time,
  author: z.string().nullable(),
  reason: z.string().nullable(),
  /** Why it watches nothing, where that is so: names a model or sensor the plant does not have. */
  dormant: z.string().nullable(),
  machines: z.number().int(),
  standing: z.number().int(),
});
export type RuleAnswer = z.infer<typeof RuleAnswer>;

export const RuleVersionAnswer = z.object({
  version: z.number().int(),
  at: Time,
  author: z.string().nullable(),
  reason: z.string().nullable(),
  rule: RuleJson.nullable(),
});
export type RuleVersionAnswer = z.infer<typeof RuleVersionAnswer>;

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
