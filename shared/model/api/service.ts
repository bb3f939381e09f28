/** Promises, calendars, duty, jobs: what leaves and what comes in. */
import { z } from 'zod';
import { WEEKDAYS } from '../service/calendar.ts';
import { CLOCK_STATES, CLOCKS } from '../service/clocks.ts';
import { LAENDER } from '../service/holidays.ts';
import { ESCALATE_TO, PAUSES } from '../service/policy.ts';
import { Id, SeverityName, Text, Time } from './common.ts';

/** A clock of a case. States: see shared/model/service/clocks.ts. */
export const ClockAnswer = z.object({
  clock: z.enum(CLOCKS),
  state: z.enum(CLOCK_STATES),
  /** Open time of the calendar, ms. */
  targetMs: z.number().int(),
  calendar: z.string(),
  startedAt: Time,
  /** Null while paused. */
  warnAt: Time.nullable(),
  dueAt: Time.nullable(),
  /** Open ms of the calendar until due; negative: since. Null once it is done. */
  remainingMs: z.number().nullable(),
  doneAt: Time.nullable(),
});
export type ClockAnswer = z.infer<typeof ClockAnswer>;

const Author = z.object({ id: z.string(), name: z.string() }).nullable();
/** Of a document kept in versions; 0 is what the house begins with. */
const Versioned = z.object({ version: z.number().int(), since: Time.nullable(), author: Author });

const WeekHoursJson = z.partialRecord(z.enum(WEEKDAYS), z.array(z.string().max(11)).max(12));
const LandName = z.enum(LAENDER as readonly [(typeof LAENDER)[number]]);

const calendarFields = {
  name: Text,
  timezone: z.string().max(64),
  land: LandName.nullable(),
  hours: WeekHoursJson,
  daysOff: z.array(z.string().max(10)).max(200).default([]),
};
export const CalendarBody = z.object(calendarFields);
export const CalendarAnswer = z.object({ id: z.string(), ...calendarFields });

const DurationText = z.string().max(16);
const forCases = {
  severities: z.array(SeverityName).min(1).optional(),
  tiers: z
    .array(z.enum(['premium', 'standard']))
    .min(1)
    .optional(),
};
const SlaJson = z.object({
  pauses: z.array(z.enum(PAUSES)),
  warnAtPercent: z.number().int().min(1).max(99),
  targets: z
    .array(
      z.object({
        ...forCases,
        calendar: Id,
        firstResponse: DurationText.nullable(),
        nextUpdate: DurationText.nullable(),
        solution: DurationText.nullable(),
      }),
    )
    .max(50),
  escalation: z
    .array(
      z.object({
        ...forCases,
        calendar: Id,
        steps: z
          .array(z.object({ after: DurationText, notify: z.enum(ESCALATE_TO) }))
          .min(1)
          .max(20),
      }),
    )
    .max(50),
});
export const SlaBody = SlaJson;
export const SlaAnswer = Versioned.extend({ policy: SlaJson });

const Turn = { person: z.string().max(64), deputy: z.string().max(64).nullable() };
const RotaJson = z.object({
  timezone: z.string().max(64),
  land: LandName.nullable(),
  lead: z.string().max(64).nullable(),
  layers: z
    .array(
      z.object({
        id: Id,
        name: Text,
        hours: WeekHoursJson.nullable(),
        holidays: z.enum(['also', 'never', 'only']),
        start: z.string().max(16),
        everyDays: z.number(),
        turns: z.array(z.object(Turn)).max(100),
      }),
    )
    .max(20),
  exceptions: z.array(z.object({ ...Turn, from: Time, to: Time, reason: z.string().max(500) })).max(500),
});
export const RotaBody = RotaJson;

const PersonJson = z.object({ id: z.string(), name: z.string() });
const OnDutyJson = z.object({
  person: PersonJson,
  deputy: PersonJson.nullable(),
  /** Null: an exception. */
  layer: z.string().nullable(),
});
export const DutyQuery = z.object({ from: Time.optional(), to: Time.optional() });
export const DutyAnswer = Versioned.extend({
  rota: RotaJson,
  spans: z.array(z.object({ from: Time, to: Time, onDuty: OnDutyJson.nullable() })),
});
export const DutyNowAnswer = z.object({
  onDuty: OnDutyJson.nullable(),
  lead: PersonJson.nullable(),
  /** When somebody else is, as far as the coming 14 days tell. */
  until: Time,
  next: OnDutyJson.nullable(),
});

export const JobAnswer = z.object({
  name: z.string(),
  cron: z.string(),
  timezone: z.string(),
  nextAt: Time,
  /** Null: nobody runs it now. */
  runningSince: Time.nullable(),
  /** Attempts of the run that is due that failed. */
  failures: z.number().int(),
  last: z
    .object({
      dueAt: Time,
      attempt: z.number().int(),
      startedAt: Time,
      finishedAt: Time.nullable(),
      /** Null: runs now, or its process ended before it. */
      done: z.boolean().nullable(),
      error: z.string().nullable(),
    })
    .nullable(),
});
