import type { AlarmAnswer } from '#shared/model/api/case.ts';
import type { Range } from '#portal/web/ui/charts/course.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LONGEST_MS = 24 * HOUR;

/** The stretch around an alarm in which one sees how it came about: some time before, and after it was raised. */
export function breachRange(alarm: Pick<AlarmAnswer, 'raisedAt' | 'clearedAt' | 'reason'>, now: number): Range {
  const raised = Date.parse(alarm.raisedAt);
  const { since, delayMs } = alarm.reason;
  const pad = Math.min(6 * HOUR, Math.max(HOUR, delayMs * 4));
  const from = Math.min(since, raised) - pad;
  const end = alarm.clearedAt === null ? raised + pad : Date.parse(alarm.clearedAt) + pad / 2;
  return { from, to: Math.max(raised + MINUTE, Math.min(end, now, from + LONGEST_MS)) };
}
