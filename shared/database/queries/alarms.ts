/** Alarms: one standing one a rule and machine, whatever is delivered twice. Read and written for many at once. */
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Severity } from '#shared/model/rule.ts';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { AlarmTable } from '../schema.ts';

export type Alarm = Selectable<AlarmTable>;

/** What an alarm has of which nobody and nothing has taken notice yet. */
export const UNNOTICED = {
  cleared_at: null,
  clear_reason: null,
  acknowledged_at: null,
  acknowledged_by: null,
  shelved_until: null,
  shelve_reason: null,
  case_id: null,
  suppressed: null,
  suppressed_at: null,
  flood: null,
  counted: false,
  no_data_since: null,
} as const satisfies Partial<Alarm>;

export interface RuleOfMachine {
  readonly machine: string;
  readonly rule: string;
}

/** Standing alarms of these rules and machines. */
export async function standingOf(queries: Queries, of: readonly RuleOfMachine[]): Promise<readonly Alarm[]> {
  if (of.length === 0) return [];
  const { rows } = await sql<Alarm>`
    select alarm.* from jsonb_to_recordset(${json(of)}) as r (machine text, rule text)
    join alarm on alarm.machine = r.machine and alarm.rule = r.rule and alarm.cleared_at is null`.execute(queries);
  return rows;
}

/** Standing alarms of live rules of these machines, oldest first. */
export async function standingOn(queries: Queries, machines: readonly string[]): Promise<readonly Alarm[]> {
  if (machines.length === 0) return [];
  return queries
    .selectFrom('alarm')
    .selectAll()
    .where('machine', 'in', [...machines])
    .where('cleared_at', 'is', null)
    .where('mode', '=', 'live')
    .orderBy('noted_at')
    .orderBy('id')
    .execute();
}

/** What stands in these cases now: alarms, and floods that go on. */
export async function standingIn(
  queries: Queries,
  cases: readonly string[],
): Promise<readonly { readonly id: string; readonly severity: Severity; readonly case_id: string }[]> {
  if (cases.length === 0) return [];
  const among = sql`(${sql.join([...cases])})`;
  const { rows } = await sql<{ id: string; severity: Severity; case_id: string }>`
    select id, severity, case_id from alarm where case_id in ${among} and cleared_at is null
    union all select id, severity, case_id from alarm_flood where case_id in ${among} and ended_at is null`.execute(
    queries,
  );
  return rows;
}

/** Writes new alarms. Rejects where one of the same rule and machine stands already: nobody else may raise meanwhile. */
export async function insertAlarms(tx: Transaction, alarms: readonly Alarm[]): Promise<void> {
  if (alarms.length === 0) return;
  const rows = alarms.map((alarm): Insertable<AlarmTable> => {
    const { reason, clear_reason, ...plain } = alarm;
    return { ...plain, reason: json(reason), clear_reason: clear_reason && json(clear_reason) };
  });
  await tx.insertInto('alarm').values(rows).execute();
}

/** What may change of an alarm by the house itself. */
export async function updateAlarms(tx: Transaction, alarms: readonly Alarm[]): Promise<void> {
  if (alarms.length === 0) return;
  const rows = alarms.map((alarm) => ({
    id: alarm.id,
    cleared_at: alarm.cleared_at,
    clear_reason: alarm.clear_reason,
    suppressed: alarm.suppressed,
    suppressed_at: alarm.suppressed_at,
    shelved_until: alarm.shelved_until,
    shelve_reason: alarm.shelve_reason,
    flood: alarm.flood,
    case_id: alarm.case_id,
  }));
  await sql`
    update alarm set cleared_at = r.cleared_at, clear_reason = nullif(r.clear_reason, 'null'), suppressed = r.suppressed,
      suppressed_at = r.suppressed_at, shelved_until = r.shelved_until, shelve_reason = r.shelve_reason, flood = r.flood,
      case_id = r.case_id
    from jsonb_to_recordset(${json(rows)}) as r (id text, cleared_at timestamptz, clear_reason jsonb, suppressed text,
      suppressed_at timestamptz, shelved_until timestamptz, shelve_reason text, flood text, case_id text)
    where alarm.id = r.id`.execute(tx);
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
