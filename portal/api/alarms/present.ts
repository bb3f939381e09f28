/** What leaves of an alarm, field by field; only for those who may see alarms. */
import type { AlarmRow, OpenShelving } from '#shared/database/queries/portal-alarms.ts';
import { may, type Who } from '#shared/model/access.ts';
import { STALE_AFTER_MS } from '#shared/model/attention.ts';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { iso } from '../times.ts';

/** `now`: epoch ms. */
export function presentAlarm(row: AlarmRow, who: Who, now: number): AlarmAnswer {
  const stands = row.cleared_at === null;
  return {
    id: row.id,
    machine: row.machine,
    rule: row.rule,
    version: row.rule_version,
    ruleTitle: row.rule_content?.title ?? null,
    advice: row.rule_content?.advice ?? null,
    mode: row.mode,
    severity: row.severity,
    component: row.component || null,
    raisedAt: row.raised_at.toISOString(),
    clearedAt: iso(row.cleared_at),
    acknowledgedAt: iso(row.acknowledged_at),
    shelvedUntil: stands ? iso(row.shelved_until) : null,
    shelving: row.shelving && presentShelving(row.shelving),
    suppressed: row.suppressed && { why: row.suppressed, since: (row.suppressed_at ?? row.noted_at).toISOString() },
    chattering: row.chattering,
    stale: stands && now - row.raised_at.getTime() > STALE_AFTER_MS,
    noData: stands ? iso(row.no_data_since) : null,
    reason: row.reason,
    clearReason: row.clear_reason,
    case: may(who.role, 'case.see') ? row.case_id : null,
  };
}

function presentShelving({ until, raises, within_ms, growth, reason, since, by }: OpenShelving) {
  return {
    until: new Date(until).toISOString(),
    raises,
    within: within_ms === null ? null : `${within_ms / 1000}s`,
    growsBy: growth,
    reason,
    since: new Date(since).toISOString(),
    by,
  };
}
