/** The clocks of a case: what is due when, what is left, what was met or missed. Pure: the time is handed in. */
import type { Tier } from '../plant.ts';
import type { Severity } from '../rule.ts';
import type { WorkingTime } from './calendar.ts';
import { type CaseFacts, type Course, courseOf, type Rest } from './course.ts';
import { type EscalateTo, promisedMs, type Promises, type SlaTarget } from './policy.ts';

export const CLOCKS = ['first-response', 'next-update', 'solution'] as const;
export type ClockName = (typeof CLOCKS)[number];

/**
 * running: in time. warning: most of the time is gone. breached: overdue. paused: work rests, so nothing is due.
 * met: done in time. missed: done, but late.
 */
export const CLOCK_STATES = ['running', 'warning', 'breached', 'paused', 'met', 'missed'] as const;
export type ClockState = (typeof CLOCK_STATES)[number];

export interface Clock {
  readonly clock: ClockName;
  readonly state: ClockState;
  /** Of the calendar; ms. */
  readonly targetMs: number;
  readonly calendar: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** null while paused. */
  readonly warnAt: number | null;
  readonly dueAt: number | null;
  /** Open ms of the calendar until due; negative: since. null once it is done. */
  readonly remainingMs: number | null;
  readonly doneAt: number | null;
  /** Tells this run of the clock from earlier and later ones of the case. */
  readonly key: string;
}

const TARGETS: Readonly<Record<ClockName, Exclude<keyof SlaTarget, 'calendar' | 'severities' | 'tiers'>>> = {
  'first-response': 'firstResponse',
  'next-update': 'nextUpdate',
  solution: 'solution',
};

/** Clocks that run or ran since the case was opened last; none for a case that was merged into another. */
export function clocksOf(promises: Promises, facts: CaseFacts, tier: Tier, now: number): readonly Clock[] {
  if (facts.status === 'merged') return [];
  const course = courseOf(facts, promises.policy.pauses);
  return CLOCKS.flatMap((name) => {
    const runs = beginsOf(name, course).flatMap(
      (begin) => runOf(promises, name, course, { ...begin, tier }, now) ?? [],
    );
    // Of several severities the promise that ends first counts.
    const [clock] = runs.toSorted((a, b) => urgency(a) - urgency(b));
    return clock ? [clock] : [];
  });
}

/** Where a clock begins: with each severity reached until it was done. */
function beginsOf(name: ClockName, course: Course): readonly { readonly severity: Severity; readonly at: number }[] {
  const { levels, updatedAt, solvedAt } = course;
  if (name !== 'next-update') {
    const doneAt = doneOf(name, course);
    return levels.filter(({ at }, i) => i === 0 || doneAt === null || at <= doneAt);
  }
  const highest = levels.at(-1);
  return updatedAt === null || solvedAt !== null || !highest ? [] : [{ severity: highest.severity, at: updatedAt }];
}

function doneOf(name: ClockName, { respondedAt, solvedAt }: Course): number | null {
  if (name === 'next-update') return null;
  return name === 'solution' ? solvedAt : (respondedAt ?? solvedAt);
}

interface Begin {
  readonly severity: Severity;
  readonly tier: Tier;
  readonly at: number;
}

function runOf(promises: Promises, name: ClockName, course: Course, begin: Begin, now: number): Clock | undefined {
  const target = promises.target(begin.severity, begin.tier);
  const targetMs = promisedMs(target?.[TARGETS[name]]);
  if (!target || targetMs === undefined) return undefined;
  const time = promises.workingTime(target.calendar);
  const due = walk(time, begin.at, targetMs, course.rests);
  const warn = walk(time, begin.at, Math.ceil((targetMs * promises.policy.warnAtPercent) / 100), course.rests);
  const doneAt = doneOf(name, course);
  return {
    clock: name,
    state: stateOf(due, warn, doneAt, now),
    targetMs,
    calendar: target.calendar,
    startedAt: begin.at,
    warnAt: warn.at,
    dueAt: due.at,
    remainingMs: doneAt === null ? remaining(time, due, now) : null,
    doneAt,
    key: `${name}:${course.round}:${begin.at}`,
  };
}

/** When so much open time has passed beside the rests; `at` null: work rests now, and `left` of it remains. */
interface Reached {
  readonly at: number | null;
  readonly left: number;
}

function walk(time: WorkingTime, from: number, ms: number, rests: readonly Rest[]): Reached {
  let begin = from;
  let left = ms;
  for (const rest of rests) {
    if (rest.to !== null && rest.to <= begin) continue;
    const worked = time.between(begin, rest.from);
    if (worked >= left) break;
    left -= worked;
    if (rest.to === null) return { at: null, left };
    begin = rest.to;
  }
  return { at: time.after(begin, left), left };
}

function stateOf(due: Reached, warn: Reached, doneAt: number | null, now: number): ClockState {
  if (doneAt !== null) return due.at === null || doneAt <= due.at ? 'met' : 'missed';
  if (due.at === null) return 'paused';
  if (now >= due.at) return 'breached';
  return warn.at !== null && now >= warn.at ? 'warning' : 'running';
}

function remaining(time: WorkingTime, due: Reached, now: number): number {
  if (due.at === null) return due.left;
  // 0 - 0 rather than -0, which no JSON knows.
  return now < due.at ? time.between(now, due.at) : 0 - time.between(due.at, now);
}

function urgency({ dueAt, remainingMs }: Clock): number {
  return dueAt ?? remainingMs ?? 0;
}

/** A step of the escalation, with the time it is due. */
export interface DueStep {
  readonly step: number;
  readonly notify: EscalateTo;
  readonly after: string;
  /** Epoch ms. */
  readonly at: number;
  readonly key: string;
}

/** What happens as long as nobody takes the case; nothing once somebody has. */
export function escalationOf(promises: Promises, facts: CaseFacts, tier: Tier): readonly DueStep[] {
  if (facts.status !== 'new') return [];
  const course = courseOf(facts, promises.policy.pauses);
  const level = course.levels.at(-1);
  const path = level && promises.escalation(level.severity, tier);
  if (!path || course.respondedAt !== null || course.solvedAt !== null) return [];
  const time = promises.workingTime(path.calendar);
  return path.steps.map(({ after, notify }, step) => ({
    step,
    notify,
    after,
    at: time.after(level.at, promisedMs(after) ?? 0),
    key: `escalation:${course.round}:${level.severity}:${step}`,
  }));
}
