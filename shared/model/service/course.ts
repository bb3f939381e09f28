/** What the timeline of a case says about its clocks: since when, how severe, who answered, when work rested. Pure. */
import type { CaseStatus } from '../case.ts';
import { SEVERITIES, type Severity } from '../rule.ts';
import type { Pause } from './policy.ts';

/** An entry of the timeline, oldest first. */
export interface Moment {
  readonly kind: string;
  /** Epoch ms. */
  readonly at: number;
  /** Done by a person who works on cases. */
  readonly staff: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface CaseFacts {
  readonly status: CaseStatus;
  readonly severity: Severity;
  /** Epoch ms. */
  readonly openedAt: number;
  readonly moments: readonly Moment[];
}

export interface Rest {
  readonly from: number;
  /** null: it rests now. */
  readonly to: number | null;
}

/** From the opening, or the last re-opening, on. */
export interface Course {
  /** 0 after the opening, one more with each re-opening: every clock begins anew. */
  readonly round: number;
  /** Severities as they rose, each higher than the one before, with the time it was reached. */
  readonly levels: readonly { readonly severity: Severity; readonly at: number }[];
  /** First thing anybody did. */
  readonly respondedAt: number | null;
  readonly updatedAt: number | null;
  /** Resolved or closed. */
  readonly solvedAt: number | null;
  readonly rests: readonly Rest[];
}

interface Draft {
  round: number;
  levels: { severity: Severity; at: number }[];
  respondedAt: number | null;
  updatedAt: number | null;
  solvedAt: number | null;
  rests: { from: number; to: number | null }[];
}

/** `pauses`: what counts as rest. */
export function courseOf(facts: CaseFacts, pauses: readonly Pause[]): Course {
  let severity = facts.severity;
  const first = facts.moments.find(({ kind }) => kind === 'severity')?.detail['from'];
  if (isSeverity(first)) severity = first;
  let course = begin(0, severity, facts.openedAt);
  for (const moment of facts.moments) {
    const { kind, at, staff, detail } = moment;
    if (kind === 'severity' && isSeverity(detail['to'])) {
      severity = detail['to'];
      rise(course, severity, at);
    }
    if (kind === 'reopened') course = begin(course.round + 1, severity, at);
    if (staff) {
      course.respondedAt ??= at;
      course.updatedAt = at;
    }
    if (kind === 'resolved' || kind === 'closed') course.solvedAt ??= at;
    const rest = restOf(moment, pauses);
    if (rest === 'begins' && course.rests.at(-1)?.to !== null) course.rests.push({ from: at, to: null });
    if (rest === 'ends') endRest(course, at);
  }
  // A wait may end without a word of its own.
  if (facts.status !== 'waiting' && facts.status !== 'shelved') {
    endRest(course, facts.moments.at(-1)?.at ?? facts.openedAt);
  }
  return course;
}

function begin(round: number, severity: Severity, at: number): Draft {
  return { round, levels: [{ severity, at }], respondedAt: null, updatedAt: null, solvedAt: null, rests: [] };
}

function rise(course: Draft, severity: Severity, at: number): void {
  const highest = course.levels.at(-1)?.severity;
  if (highest === undefined || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(highest))
    course.levels.push({ severity, at });
}

function endRest(course: Draft, at: number): void {
  const last = course.rests.at(-1);
  if (last?.to === null) last.to = at;
}

/** Steps that lead out of waiting and shelving. */
const MOVES_ON = ['acknowledged', 'unshelved', 'resolved', 'closed', 'merged'];

function restOf({ kind, detail }: Moment, pauses: readonly Pause[]): 'begins' | 'ends' | undefined {
  if (MOVES_ON.includes(kind)) return 'ends';
  if (kind !== 'waiting' && kind !== 'shelved') return undefined;
  if (detail['ended'] !== undefined) return 'ends';
  const why = kind === 'shelved' ? 'shelved' : detail['for'];
  return pauses.some((pause) => pause === why) ? 'begins' : 'ends';
}

function isSeverity(value: unknown): value is Severity {
  return SEVERITIES.some((severity) => severity === value);
}
