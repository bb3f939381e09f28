/** What people and programs are told, and how each person wants it. */
import { DAY_MS, MINUTE_MS, Zone } from './zone.ts';

export const NOTICE_KINDS = ['opened', 'reopened', 'severity', 'assigned', 'sla-warning', 'sla-breach'] as const;
/** What reaches a person whatever they prefer: a step of the escalation, a test, that a part of the house stands still or goes on. */
const INSISTENT = ['escalation', 'test', 'house-still', 'house-again'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number] | (typeof INSISTENT)[number];

/** alone: a message of its own at once; digest: gathered; off: not at all. */
export const NOTICE_MODES = ['alone', 'digest', 'off'] as const;
export type NoticeMode = (typeof NOTICE_MODES)[number];

export interface NoticePreferences {
  readonly mail: Readonly<Record<(typeof NOTICE_KINDS)[number], NoticeMode>>;
  /** mine: what I own, or what comes while I am on duty; all: every case I may see. */
  readonly about: 'mine' | 'all';
  /** How long a digest gathers. */
  readonly digestMinutes: number;
  /** More than these go into the next digest. */
  readonly mostAnHour: number;
  /** On my wall clock; what comes then is gathered until the end. null: never quiet. */
  readonly quiet: { readonly from: string; readonly to: string } | null;
}

export const DEFAULT_PREFERENCES: NoticePreferences = {
  mail: {
    opened: 'alone',
    reopened: 'alone',
    severity: 'digest',
    assigned: 'alone',
    'sla-warning': 'alone',
    'sla-breach': 'alone',
  },
  about: 'mine',
  digestMinutes: 60,
  mostAnHour: 10,
  quiet: null,
};

/** Goes alone or with others, and not before an instant (epoch ms). Undefined: the person is not told. */
export interface Turn {
  readonly mode: 'alone' | 'digest';
  readonly holdUntil: number;
}

export function turnOf(
  kind: NoticeKind,
  at: number,
  preferences: NoticePreferences,
  timezone: string,
): Turn | undefined {
  if (isInsistent(kind)) return { mode: 'alone', holdUntil: at };
  const mode = preferences.mail[kind];
  if (mode === 'off') return undefined;
  const quietUntil = preferences.quiet && endOfQuiet(preferences.quiet, new Zone(timezone), at);
  const gathered = mode === 'digest' ? at + preferences.digestMinutes * MINUTE_MS : at;
  if (quietUntil !== null && quietUntil > gathered) return { mode: 'digest', holdUntil: quietUntil };
  return { mode, holdUntil: gathered };
}

function isInsistent(kind: NoticeKind): kind is (typeof INSISTENT)[number] {
  return (INSISTENT as readonly string[]).includes(kind);
}

/** When the quiet time that holds at `at` ends; null where it does not hold. It may go over midnight. */
function endOfQuiet(
  { from, to }: { readonly from: string; readonly to: string },
  zone: Zone,
  at: number,
): number | null {
  const { day } = zone.wallTime(at);
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  for (const first of [day - 1, day]) {
    const ends = zone.instant(end > begin ? first : first + 1, end);
    if (zone.instant(first, begin) <= at && at < ends && ends - at <= DAY_MS) return ends;
  }
  return null;
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

/** What a program can be told, as the `type` of a webhook. */
export const WEBHOOK_EVENTS = [
  'case.opened',
  'case.reopened',
  'case.severity',
  'case.acknowledged',
  'case.assigned',
  'case.resolved',
  'case.closed',
  'case.sla-warning',
  'case.sla-breach',
  'case.escalated',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
