/** The alarms of a case, as merging and splitting look at them. */
import { SEVERITIES, type Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import type { Transaction } from '../database.ts';

/** Locked, so that none clears meanwhile; oldest first. */
export function lockAlarms(tx: Transaction, caseId: string) {
  return tx
    .selectFrom('alarm')
    .select(['id', 'machine', 'component', 'rule', 'rule_version', 'severity', 'noted_at', 'cleared_at'])
    .where('case_id', '=', caseId)
    .orderBy('noted_at')
    .orderBy('id')
    .forUpdate()
    .execute();
}
export type CaseAlarm = Awaited<ReturnType<typeof lockAlarms>>[number];

/** The severity is the highest of the alarms that stand; where none stands, of all of them. */
export function severityOf(alarms: readonly CaseAlarm[]): Severity | undefined {
  const standing = alarms.filter(({ cleared_at }) => cleared_at === null);
  return highest((standing.length > 0 ? standing : alarms).map(({ severity }) => severity));
}

export function highest(severities: readonly Severity[]): Severity | undefined {
  return SEVERITIES.find((severity) => severities.includes(severity));
}

/** The alarm a case is named after: the first of those that set its severity. */
export function leadingAlarm(alarms: readonly CaseAlarm[]): CaseAlarm | undefined {
  const severity = severityOf(alarms);
  const standing = alarms.filter(({ cleared_at }) => cleared_at === null);
  return (standing.length > 0 ? standing : alarms).find((alarm) => alarm.severity === severity);
}

/** What was said of an alarm when it was raised; it stands in the case it went to then. */
export async function saidOf(tx: Transaction, alarm: CaseAlarm): Promise<Text | undefined> {
  const row = await tx
    .selectFrom('case_event')
    .innerJoin('service_case', 'service_case.id', 'case_event.case_id')
    .select('case_event.detail')
    .where('service_case.machine', '=', alarm.machine)
    .where('case_event.kind', '=', 'raised')
    .where((e) => e(e.ref('case_event.detail', '->>').key('alarm'), '=', alarm.id))
    .orderBy('case_event.id')
    .limit(1)
    .executeTakeFirst();
  return row?.detail['summary'] as Text | undefined;
}
