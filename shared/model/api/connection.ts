/** Does something arrive from a machine? What it last sent with the verdict, its clock, and the broker it must reach. */
import { z } from 'zod';
import { Time } from './common.ts';

/** taken: all of it; partly: some was set aside; refused: nothing could be used; nothing: nothing stood in it. */
const Verdict = z.enum(['taken', 'partly', 'refused', 'nothing']);

/** How much of a message was used. */
const TakenAnswer = z.object({
  readings: z.number().int(),
  events: z.number().int(),
  states: z.number().int(),
  connections: z.number().int(),
});

/** What could not be used: why, where in the payload, and the mend. */
const FindingAnswer = z.object({
  reason: z.string(),
  detail: z.string(),
  sensor: z.string().nullable(),
  path: z.string().nullable(),
});

const VerdictAnswer = z.object({
  verdict: Verdict,
  taken: TakenAnswer,
  /** How many were set aside; `findings` are the first of them. */
  setAside: z.number().int(),
  findings: z.array(FindingAnswer),
});
export type VerdictAnswer = z.infer<typeof VerdictAnswer>;

const HeardAnswer = VerdictAnswer.extend({
  at: Time,
  topic: z.string(),
  /** The beginning of the payload. */
  payload: z.string(),
  bytes: z.number().int(),
  /** The last number the machine gave it, where it counts. */
  seq: z.number().int().nullable(),
});
export type HeardAnswer = z.infer<typeof HeardAnswer>;

export const ConnectionAnswer = z.object({
  prefix: z.string(),
  broker: z.object({
    /** As the house reaches it; null: the embedded broker, on the computer of the house. */
    host: z.string().nullable(),
    /** Null: a free one was taken. */
    port: z.number().int().nullable(),
    tls: z.boolean(),
    /** Whether it can be reached from the computer of the house alone. */
    local: z.boolean(),
  }),
  online: z.boolean().nullable(),
  connectedAt: Time.nullable(),
  messageAt: Time.nullable(),
  readingAt: Time.nullable(),
  /** Of the last reading: the machine's own time and that of receipt; null while none has arrived. */
  clock: z.object({ ts: Time, at: Time }).nullable(),
  /** The newest first, since somebody asks for them. */
  messages: z.array(HeardAnswer),
});
export type ConnectionAnswer = z.infer<typeof ConnectionAnswer>;

export const CheckBody = z.object({ topic: z.string().min(1).max(500), payload: z.string().max(100_000) });

export const CheckAnswer = VerdictAnswer.extend({
  /** The first readings that would be taken. */
  readings: z.array(z.object({ sensor: z.string(), value: z.number(), t: Time })),
  /** Where the payload stops being JSON, counted from 1, with the text of that line around it. */
  place: z.object({ line: z.number().int(), column: z.number().int(), text: z.string() }).nullable(),
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;
