/** The HTTP contract in zod: the server validates and documents with it, the browser imports its types alone. */
import { z } from 'zod';
import { ID_PATTERN } from '../plant.ts';

export const Id = z
  .string()
  .regex(ID_PATTERN, 'an id is up to 64 of a-z, 0-9, ".", "_", "-", beginning with a letter or digit');
/** ISO 8601 with zone; answers are in UTC. */
export const Time = z.iso.datetime({ offset: true });
export const Text = z.union([z.string(), z.record(z.string(), z.string())]);
export const SeverityName = z.enum(['danger', 'warning', 'notice']);
export const ConditionLetter = z.enum(['F', 'S', 'M', 'C', 'OK', '?']);
export const ToleranceAt = z.object({
  low: z.number().nullable(),
  high: z.number().nullable(),
  nominal: z.number().nullable(),
});

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable(), total: z.number().int() });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(400).optional(),
});

/** RFC 9457. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string(),
  /** `line` and `column` where a file was read. */
  errors: z
    .array(
      z.object({ path: z.string(), message: z.string(), line: z.number().optional(), column: z.number().optional() }),
    )
    .optional(),
});
export type Problem = z.infer<typeof Problem>;

/** An empty answer (204). */
export const Nothing = z.undefined();
