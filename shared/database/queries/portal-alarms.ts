/** What the portal asks about alarms. */
import { type Selectable, sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';
import { CHATTER, type Suppression } from '#shared/model/attention.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Queries } from '../database.ts';
import type { AlarmTable } from '../schema.ts';
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
  /** Three or more transitions in the minute up to its last one. */
  readonly chattering: boolean;
  /** What shelves it now. */
  readonly shelving: OpenShelving | null;
}

export interface OpenShelving {
  readonly until: string;
  readonly raises: number | null;
  readonly within_ms: number | null;
  readonly growth: number | null;
  readonly reason: string;
  readonly since: string;
  readonly by: { readonly id: string; readonly name: string } | null;
}

export interface AlarmFilter {
  readonly active?: boolean | undefined;
  readonly machine?: string | undefined;
  readonly rule?: string | undefined;
  readonly suppressed?: boolean | undefined;
}

/** Newest first. */
export const ALARM_KEYS: readonly OrderKey[] = [
  numberKey(sql`-extract(epoch from alarm.raised_at)`),
  textKey(sql`alarm.id`),
];

/** Of the last three alarms of the rule and machine up to this one: no more can have moved three times in its last minute. */
const CHATTERING = sql<boolean>`(
  select count(*) >= ${sql.lit(CHATTER.transitions)} from (
    select other.raised_at, other.cleared_at from alarm as other
    where other.machine = alarm.machine and other.rule = alarm.rule and other.raised_at <= alarm.raised_at
    order by other.raised_at desc limit 3
  ) as late cross join lateral (values (late.raised_at), (late.cleared_at)) as moved (at)
  where moved.at <= coalesce(alarm.cleared_at, alarm.raised_at)
    and moved.at > coalesce(alarm.cleared_at, alarm.raised_at) - cast(${sql.lit(`${CHATTER.withinMs} milliseconds`)} as interval))`;
const SHELVING = sql`(
  select jsonb_build_object('until', shelving.until, 'raises', shelving.raises, 'within_ms', shelving.within_ms,
    'growth', shelving.growth, 'reason', shelving.reason, 'since', shelving.shelved_at,
    'by', case when account.id is not null then jsonb_build_object('id', account.id, 'name', account.name) end)
  from shelving left join account on account.id = shelving.shelved_by
  where shelving.machine = alarm.machine and shelving.rule = alarm.rule and shelving.ended_at is null
    and alarm.suppressed = 'shelved' and alarm.cleared_at is null)`;
const COLUMNS = sql`alarm.*, rule_version.content as rule_content, ${CHATTERING} as chattering, ${SHELVING} as shelving`;
const TABLES = sql`alarm
  join machine on machine.id = alarm.machine
  left join rule_version on rule_version.rule = alarm.rule and rule_version.version = alarm.rule_version`;

/** `suppressed`: how many there are of each kind, whatever was asked of it. */
export async function alarmPage(
  db: Queries,
  scope: Scope,
  filter: AlarmFilter,
  page: Page,
): Promise<Paged<AlarmRow> & { readonly suppressed: Readonly<Record<Suppression, number>> }> {
  const { active, machine, rule, suppressed } = filter;
  const among = every(
    seen(scope, 'machine.customer'),
    active === undefined ? undefined : active ? sql`alarm.cleared_at is null` : sql`alarm.cleared_at is not null`,
    machine === undefined ? undefined : sql`alarm.machine = ${machine}`,
    rule === undefined ? undefined : sql`alarm.rule = ${rule}`,
  );
  const asked = suppressed === undefined ? undefined : sql`(alarm.suppressed is not null) = ${sql.lit(suppressed)}`;
  const { rows } = await sql<AlarmRow>`
    select ${COLUMNS}, ${keyColumns(ALARM_KEYS)} from ${TABLES} where ${every(among, asked, follows(ALARM_KEYS, page.after))}
    order by ${orderBy(ALARM_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ suppressed: Suppression | null; count: number }>`
    select alarm.suppressed, count(*) as count from alarm join machine on machine.id = alarm.machine where ${among}
    group by alarm.suppressed`.execute(db);
  const count = (why: Suppression | null): number => counted.rows.find((row) => row.suppressed === why)?.count ?? 0;
  const counts = { shelved: count('shelved'), maintenance: count('maintenance'), flood: count('flood') };
  const hidden = counts.shelved + counts.maintenance + counts.flood;
  const total = (suppressed === true ? 0 : count(null)) + (suppressed === false ? 0 : hidden);
  return { ...cut(rows, page.limit, ALARM_KEYS), total, suppressed: counts };
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
