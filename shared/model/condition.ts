/** Condition of a machine by NE 107, from its standing alarms and from how fresh its readings are. */
import type { Severity } from './rule.ts';

/** F danger, S warning, M notice, C function check (maintenance, pilot), OK, ? no current data. */
export type MachineCondition = 'F' | 'S' | 'M' | 'C' | 'OK' | '?';

/** Worst first. */
export const CONDITIONS: readonly MachineCondition[] = ['F', 'S', 'M', 'C', '?', 'OK'];

const LETTER = { danger: 'F', warning: 'S', notice: 'M' } as const;

export function letterOf(severity: Severity): 'F' | 'S' | 'M' {
  return LETTER[severity];
}

/** Without any reading for this long a machine's condition is unknown, ms. */
export const NO_DATA_AFTER_MS = 15 * 60_000;

/**
 * In maintenance it is C, whatever else there is. A standing alarm of a live rule decides even when data has stopped since;
 * without one, silence is `?`. `readingAt` and `now` in epoch ms.
 */
export function conditionOf(
  standing: readonly Severity[],
  readingAt: number | undefined,
  now: number,
  inMaintenance = false,
): MachineCondition {
  if (inMaintenance) return 'C';
  for (const severity of ['danger', 'warning', 'notice'] as const)
    if (standing.includes(severity)) return LETTER[severity];
  return readingAt === undefined || now - readingAt > NO_DATA_AFTER_MS ? '?' : 'OK';
}

/** NE 107 in words. */
export const SEVERITY_WORDS: Readonly<Record<Severity, { readonly de: string; readonly en: string }>> = {
  danger: { de: 'Ausfallgefahr', en: 'Failure imminent' },
  warning: { de: 'Außerhalb der Spezifikation', en: 'Out of specification' },
  notice: { de: 'Wartungsbedarf', en: 'Maintenance needed' },
};
