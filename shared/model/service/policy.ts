/**
 * What was promised to customers, and who is told when nobody answers: one document in versions, calendars and all, so that a
 * case keeps the promises it was opened under.
 */
import { type Duration, durationMs, parseDuration } from '../duration.ts';
import type { Tier } from '../plant.ts';
import type { Severity } from '../rule.ts';
import { ALWAYS, ALWAYS_ID, type BusinessCalendar, Calendar, calendarProblems, type WorkingTime } from './calendar.ts';

/** Why work on a case may rest, so that solution and next update are not due meanwhile. */
export const PAUSES = ['customer', 'part', 'observation', 'shelved'] as const;
export type Pause = (typeof PAUSES)[number];

/** To which cases something applies; left out: to all. */
interface Cases {
  readonly severities?: readonly Severity[] | undefined;
  readonly tiers?: readonly Tier[] | undefined;
}

/** Durations count what the calendar is open. null: nothing is promised. The first target that fits a case is its target. */
export interface SlaTarget extends Cases {
  /** Id of a calendar, or `always`. */
  readonly calendar: string;
  readonly firstResponse: Duration | null;
  readonly nextUpdate: Duration | null;
  readonly solution: Duration | null;
}

export const ESCALATE_TO = ['owner', 'duty', 'deputy', 'lead'] as const;
export type EscalateTo = (typeof ESCALATE_TO)[number];

export interface EscalationStep {
  /** Open time of the calendar for which nobody has taken the case. */
  readonly after: Duration;
  readonly notify: EscalateTo;
}

/** The first path that fits a case is its path. */
export interface EscalationPath extends Cases {
  readonly calendar: string;
  readonly steps: readonly EscalationStep[];
}

export interface ServicePolicy {
  readonly calendars: readonly BusinessCalendar[];
  readonly pauses: readonly Pause[];
  /** Share of the promised time after which those who work on the case are warned. */
  readonly warnAtPercent: number;
  readonly targets: readonly SlaTarget[];
  readonly escalation: readonly EscalationPath[];
}

const OFFICE = ['08:00-17:00'];

/** Holds until somebody writes another. */
export const DEFAULT_POLICY: ServicePolicy = {
  calendars: [
    {
      id: 'office',
      name: { de: 'Bürozeiten', en: 'Office hours' },
      timezone: 'Europe/Berlin',
      land: 'DE',
      hours: { mon: OFFICE, tue: OFFICE, wed: OFFICE, thu: OFFICE, fri: OFFICE },
      daysOff: ['12-24', '12-31'],
    },
  ],
  pauses: ['customer'],
  warnAtPercent: 80,
  targets: [
    {
      severities: ['danger'],
      tiers: ['premium'],
      calendar: ALWAYS_ID,
      firstResponse: '30m',
      nextUpdate: '4h',
      solution: '24h',
    },
    { tiers: ['premium'], calendar: 'office', firstResponse: '2h', nextUpdate: '9h', solution: '27h' },
    { severities: ['danger'], calendar: 'office', firstResponse: '1h', nextUpdate: '9h', solution: '27h' },
    { calendar: 'office', firstResponse: '9h', nextUpdate: null, solution: '90h' },
  ],
  escalation: [
    {
      severities: ['danger'],
      tiers: ['premium'],
      calendar: ALWAYS_ID,
      steps: [
        { after: '10m', notify: 'duty' },
        { after: '20m', notify: 'deputy' },
        { after: '30m', notify: 'lead' },
      ],
    },
    {
      severities: ['danger', 'warning'],
      calendar: 'office',
      steps: [
        { after: '30m', notify: 'duty' },
        { after: '1h', notify: 'deputy' },
        { after: '2h', notify: 'lead' },
      ],
    },
  ],
};

/** A policy made ready to be asked. */
export class Promises {
  readonly policy: ServicePolicy;
  readonly #calendars = new Map<string, WorkingTime>([[ALWAYS_ID, ALWAYS]]);

  /** Throws RangeError where `policyProblems` would have some. */
  constructor(policy: ServicePolicy) {
    this.policy = policy;
    for (const calendar of policy.calendars) this.#calendars.set(calendar.id, new Calendar(calendar));
  }

  workingTime(calendar: string): WorkingTime {
    const known = this.#calendars.get(calendar);
    if (!known) throw new RangeError(`there is no calendar "${calendar}"`);
    return known;
  }

  target(severity: Severity, tier: Tier): SlaTarget | undefined {
    return this.policy.targets.find((target) => fits(target, severity, tier));
  }

  escalation(severity: Severity, tier: Tier): EscalationPath | undefined {
    return this.policy.escalation.find((path) => fits(path, severity, tier));
  }
}

function fits({ severities, tiers }: Cases, severity: Severity, tier: Tier): boolean {
  return (severities?.includes(severity) ?? true) && (tiers?.includes(tier) ?? true);
}

export interface PolicyProblem {
  readonly path: string;
  readonly message: string;
}

const LONGEST_MS = 366 * 86_400_000;

/** Everything that keeps this from being a policy; empty where it is one. */
export function policyProblems(policy: ServicePolicy): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const ids = new Set<string>([ALWAYS_ID]);
  for (const [i, calendar] of policy.calendars.entries()) {
    const at = `calendars[${i}]`;
    problems.push(...calendarProblems(calendar).map(({ path, message }) => ({ path: `${at}.${path}`, message })));
    if (ids.has(calendar.id) && calendar.id !== ALWAYS_ID)
      problems.push({ path: `${at}.id`, message: `"${calendar.id}" is there twice` });
    ids.add(calendar.id);
  }
  const checkCalendar = (id: string, path: string): void => {
    if (!ids.has(id))
      problems.push({ path, message: `there is no calendar "${id}": there are ${[...ids].join(', ')}` });
  };
  const checkTime = (text: Duration | null, path: string): void => {
    const ms = text === null ? 1 : parseDuration(text);
    if (ms === undefined || ms === 0 || ms > LONGEST_MS)
      problems.push({
        path,
        message: `"${text}" is no time to promise: write a whole number and m, h or d, such as 4h`,
      });
  };
  for (const [i, target] of policy.targets.entries()) {
    const at = `targets[${i}]`;
    checkCalendar(target.calendar, `${at}.calendar`);
    for (const key of ['firstResponse', 'nextUpdate', 'solution'] as const) checkTime(target[key], `${at}.${key}`);
  }
  for (const [i, path] of policy.escalation.entries()) {
    const at = `escalation[${i}]`;
    checkCalendar(path.calendar, `${at}.calendar`);
    for (const [k, step] of path.steps.entries()) {
      checkTime(step.after, `${at}.steps[${k}].after`);
      const before = path.steps[k - 1];
      if (before && (parseDuration(step.after) ?? 0) < (parseDuration(before.after) ?? 0))
        problems.push({ path: `${at}.steps[${k}].after`, message: 'comes before the step above it' });
    }
  }
  return problems;
}

export function promisedMs(target: Duration | null | undefined): number | undefined {
  return target == null ? undefined : durationMs(target);
}
