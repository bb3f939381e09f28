/** Maintenance windows: of a machine, of a customer's site, or of all a customer's machines. */
import { z } from 'zod';
import { Id, listOf, Text, Time } from './common.ts';

const Person = z.object({ id: z.string(), name: z.string() });

export const MaintenanceQuery = z.object({
  customer: Id.optional(),
  /** Windows that are about the machine: its own, its site's and its customer's. */
  machine: Id.optional(),
  /** false: those that are over. */
  active: z.stringbool().optional(),
});

/** `machine`, or `customer` perhaps with `site`. What recurs is checked with all its problems at once. */
export const MaintenanceBody = z.object({
  machine: Id.optional(),
  customer: Id.optional(),
  site: z.string().trim().min(1).max(200).optional(),
  title: z.string().trim().min(1).max(200),
  /** On the wall clock of the time zone: 2026-03-01T22:00. */
  start: z.string().max(40),
  /** Elapsed time: 4h. */
  duration: z.string().max(20),
  /** RFC 5545, such as FREQ=WEEKLY;BYDAY=SA; left out: once. */
  rrule: z.string().max(500).optional(),
  /** IANA name; left out: that of the machine, or Europe/Berlin. */
  timezone: z.string().max(64).optional(),
});
export type MaintenanceBody = z.infer<typeof MaintenanceBody>;

const Span = z.object({ from: Time, until: Time });

export const MaintenanceAnswer = z.object({
  id: z.string(),
  customer: Id,
  customerName: Text,
  machine: z.string().nullable(),
  site: z.string().nullable(),
  title: z.string(),
  start: z.string(),
  duration: z.string(),
  rrule: z.string().nullable(),
  timezone: z.string(),
  status: z.enum(['planned', 'holds', 'over']),
  /** The occurrence that holds. */
  holds: Span.nullable(),
  /** The next occurrences, at most five. */
  next: z.array(Span),
  createdAt: Time,
  createdBy: Person.nullable(),
  changedAt: Time,
  endedAt: Time.nullable(),
  revision: z.number().int(),
  may: z.array(z.string()),
});
export type MaintenanceAnswer = z.infer<typeof MaintenanceAnswer>;

export const MaintenanceList = listOf(MaintenanceAnswer);
