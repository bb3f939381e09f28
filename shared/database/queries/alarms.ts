/** Alarms: one standing one a rule and machine, whatever is delivered twice. */
import { randomUUID } from 'node:crypto';
import type { Reason } from '#shared/model/reason.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';

export interface NewAlarm {
  readonly machine: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly mode: 'live' | 'pilot';
  readonly severity: Severity;
  readonly component: string;
  /** The machine's time. */
  readonly raisedAt: Date;
  /** When the house learned of it. */
  readonly notedAt: Date;
  readonly reason: Reason;
}

/** The new alarm's id; undefined where one of this rule and machine stands already: then nothing has happened. */
export async function raiseAlarm(tx: Transaction, alarm: NewAlarm): Promise<string | undefined> {
  const row = await tx
    .insertInto('alarm')
    .values({
      id: randomUUID(),
      machine: alarm.machine,
      rule: alarm.rule,
      rule_version: alarm.ruleVersion,
      mode: alarm.mode,
      severity: alarm.severity,
      component: alarm.component,
      raised_at: alarm.raisedAt,
      noted_at: alarm.notedAt,
      reason: json(alarm.reason),
    })
    .onConflict((conflict) => conflict.columns(['machine', 'rule']).where('cleared_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export interface ClearedAlarm {
  readonly id: string;
  readonly caseId: string | null;
  readonly ruleVersion: number;
}

/** Ends the standing alarm of the rule and machine; undefined where none stands. */
export async function clearAlarm(
  tx: Transaction,
  cleared: { readonly machine: string; readonly rule: string; readonly clearedAt: Date; readonly reason: Reason },
): Promise<ClearedAlarm | undefined> {
  return tx
    .updateTable('alarm')
    .set({ cleared_at: cleared.clearedAt, clear_reason: json(cleared.reason) })
    .where('machine', '=', cleared.machine)
    .where('rule', '=', cleared.rule)
    .where('cleared_at', 'is', null)
    .returning(['id', 'case_id as caseId', 'rule_version as ruleVersion'])
    .executeTakeFirst();
}

export async function attachAlarm(tx: Transaction, alarm: string, caseId: string): Promise<void> {
  await tx.updateTable('alarm').set({ case_id: caseId }).where('id', '=', alarm).execute();
}

/** Acknowledges what nobody has yet of a case's alarms; answers their ids. */
export async function acknowledgeAlarms(
  tx: Transaction,
  caseId: string,
  by: string,
  at: Date,
): Promise<readonly string[]> {
  const rows = await tx
    .updateTable('alarm')
    .set({ acknowledged_at: at, acknowledged_by: by })
    .where('case_id', '=', caseId)
    .where('acknowledged_at', 'is', null)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}
