/** What leaves of an alarm, field by field; only for those who may see alarms. */
import type { AlarmRow } from '#shared/database/queries/portal-alarms.ts';
import type { Who } from '#shared/model/access.ts';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { may } from '#shared/model/access.ts';
import { iso } from '../times.ts';

export function presentAlarm(row: AlarmRow, who: Who): AlarmAnswer {
  return {
    id: row.id,
    machine: row.machine,
    rule: row.rule,
    ruleVersion: row.rule_version,
    ruleTitle: row.rule_content?.title ?? null,
    advice: row.rule_content?.advice ?? null,
    mode: row.mode,
    severity: row.severity,
    component: row.component || null,
    raisedAt: row.raised_at.toISOString(),
    clearedAt: iso(row.cleared_at),
    acknowledgedAt: iso(row.acknowledged_at),
    shelvedUntil: iso(row.shelved_until),
    reason: row.reason,
    clearReason: row.clear_reason,
    case: may(who.role, 'case.see') ? row.case_id : null,
  };
}
