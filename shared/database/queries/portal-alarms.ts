/** What the portal asks about alarms, and shelving, which a person does to a single one. */
import { type Selectable, sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Queries, Transaction } from '../database.ts';
import type { AlarmTable } from '../schema.ts';
import { recordChanges } from './changes.ts';
import { addCaseEvents } from './cases.ts';
import {
  cut,
  every,
  follows,
  keyColumns,
  numberKey,
  type OrderKey,
  orderBy,
  type Page,
  type Paged,
  seen,
  textKey,
} from './portal-page.ts';

export interface AlarmRow extends Selectable<AlarmTable> {
  /** The rule as it was in the version that raised the alarm. */
  readonly rule_content: Rule | null;
}

export interface AlarmFilter {
  readonly active?: boolean | undefined;
  readonly machine?: string | undefined;
  readonly rule?: string | undefined;
}

/** Newest first. */
export const ALARM_KEYS: readonly OrderKey[] = [
  numberKey(sql`-extract(epoch from alarm.raised_at)`),
  textKey(sql`alarm.id`),
];

const COLUMNS = sql`alarm.*, rule_version.content as rule_content`;
const TABLES = sql`alarm
  join machine on machine.id = alarm.machine
  left join rule_version on rule_version.rule = alarm.rule and rule_version.version = alarm.rule_version`;

export async function alarmPage(db: Queries, scope: Scope, filter: AlarmFilter, page: Page): Promise<Paged<AlarmRow>> {
  const { active, machine, rule } = filter;
  const where = every(
    seen(scope, 'machine.customer'),
    active === undefined ? undefined : active ? sql`alarm.cleared_at is null` : sql`alarm.cleared_at is not null`,
    machine === undefined ? undefined : sql`alarm.machine = ${machine}`,
    rule === undefined ? undefined : sql`alarm.rule = ${rule}`,
  );
  const { rows } = await sql<AlarmRow>`
    select ${COLUMNS}, ${keyColumns(ALARM_KEYS)} from ${TABLES} where ${every(where, follows(ALARM_KEYS, page.after))}
    order by ${orderBy(ALARM_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`
    select count(*) as total from alarm join machine on machine.id = alarm.machine where ${where}`.execute(db);
  return { ...cut(rows, page.limit, ALARM_KEYS), total: counted.rows[0]?.total ?? 0 };
}

/** Alarms of a case that may be seen already, oldest first. */
export async function alarmsOfCase(db: Queries, caseId: string): Promise<AlarmRow[]> {
  const { rows } = await sql<AlarmRow>`
    select ${COLUMNS} from ${TABLES} where alarm.case_id = ${caseId} order by alarm.raised_at, alarm.id`.execute(db);
  return rows;
}

export async function alarmRow(
  db: Queries,
  scope: Scope,
  id: string,
): Promise<(AlarmRow & { customer: string }) | undefined> {
  const { rows } = await sql<AlarmRow & { customer: string }>`
    select ${COLUMNS}, machine.customer from ${TABLES} where alarm.id = ${id} and ${seen(scope, 'machine.customer')}`.execute(
    db,
  );
  return rows[0];
}

/** Sets an alarm aside until then; its case keeps a note of it. */
export async function shelveAlarm(
  tx: Transaction,
  alarm: { readonly id: string; readonly machine: string; readonly customer: string; readonly case_id: string | null },
  shelving: { readonly until: Date; readonly reason: string; readonly who: string; readonly at: Date },
): Promise<void> {
  const { until, reason, who, at } = shelving;
  await tx
    .updateTable('alarm')
    .set({ shelved_until: until, shelve_reason: reason })
    .where('id', '=', alarm.id)
    .execute();
  const detail = { alarm: alarm.id, until: until.toISOString(), reason };
  if (alarm.case_id !== null) {
    await addCaseEvents(tx, [
      { caseId: alarm.case_id, at, actor: who, kind: 'shelved', visibility: 'internal', detail },
    ]);
  }
  const { customer, machine } = alarm;
  await recordChanges(tx, [
    { kind: 'alarm', ref: alarm.id, customer },
    { kind: 'machine', ref: machine, customer },
    ...(alarm.case_id === null ? [] : [{ kind: 'case' as const, ref: alarm.case_id, customer }]),
  ]);
}
