import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { SEVERITIES } from '#shared/model/rule.ts';

/** The alarm a case is about before anybody chose one: of what stands the most severe, else of all; the first of equals. */
export function leading(alarms: readonly AlarmAnswer[]): AlarmAnswer | undefined {
  const rank = ({ clearedAt, severity }: AlarmAnswer): number =>
    (clearedAt === null ? 0 : SEVERITIES.length) + SEVERITIES.indexOf(severity);
  return alarms.toSorted((a, b) => rank(a) - rank(b)).at(0);
}
