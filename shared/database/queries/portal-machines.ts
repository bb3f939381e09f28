/** What the portal asks about machines: the fleet with its condition, one page at a time, and what stands on a page. */
import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';
import { CONDITIONS, type MachineCondition, NO_DATA_AFTER_MS } from '#shared/model/condition.ts';
import type { Tier } from '#shared/model/plant.ts';
import type { Reason } from '#shared/model/reason.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries } from '../database.ts';
import {
  anywhere,
  cut,
  every,
  follows,
  keyColumns,
  named,
  nameIn,
  numberKey,
  type OrderKey,
  orderBy,
  type Page,
  type Paged,
  seen,
  textKey,
} from './portal-page.ts';

export interface MachineFilter {
  readonly id?: string | undefined;
  readonly condition?: MachineCondition | undefined;
  readonly customer?: string | undefined;
  readonly model?: string | undefined;
  readonly q?: string | undefined;
}

export type MachineSort = 'severity' | 'name' | 'tier' | 'since';

export interface MachineRow {
  readonly id: string;
  readonly model: string;
  readonly customer: string;
  readonly customer_name: Text;
  readonly tier: Tier;
  readonly name: Text | null;
  readonly site: string | null;
  readonly timezone: string;
  readonly reference: boolean;
  readonly simulated: boolean;
  /** Index in CONDITIONS. */
  readonly condition: number;
  readonly since: Date | null;
  readonly online: boolean | null;
  readonly online_at: Date | null;
  readonly state: string | null;
  readonly message_at: Date | null;
  readonly reading_at: Date | null;
}

/** Place of each condition in CONDITIONS, for SQL. */
const PLACE = Object.fromEntries(CONDITIONS.map((letter, place) => [letter, sql.lit(place)])) as Record<
  MachineCondition,
  RawBuilder<number>
>;

/** An alarm that counts for the condition: standing, of a live rule, not shelved now. A flood hides nothing here. */
function counts(now: Date): RawBuilder<boolean> {
  return sql<boolean>`alarm.cleared_at is null and alarm.mode = 'live'
    and (alarm.suppressed is distinct from 'shelved' or alarm.shelved_until <= ${now})`;
}

/** Machines with their condition; the same verdict as `conditionOf`, for all at once (a test holds the two together). */
function fleet(scope: Scope, filter: MachineFilter, now: Date): RawBuilder<unknown> {
  const fresh = new Date(now.getTime() - NO_DATA_AFTER_MS);
  const { id, customer, model, q } = filter;
  const where = every(
    sql`machine.removed_at is null`,
    seen(scope, 'machine.customer'),
    id === undefined ? undefined : sql`machine.id = ${id}`,
    customer === undefined ? undefined : sql`machine.customer = ${customer}`,
    model === undefined ? undefined : sql`machine.model = ${model}`,
    q === undefined ? undefined : found(anywhere(q)),
  );
  return sql`
    with worst as (
      select distinct on (alarm.machine) alarm.machine, alarm.raised_at,
        case alarm.severity when 'danger' then ${PLACE.F} when 'warning' then ${PLACE.S} else ${PLACE.M} end as place
      from alarm where ${counts(now)}
      order by alarm.machine, place, alarm.raised_at
    ), held as (
      select customer, machine, site, holds_from from maintenance_window where holds_from <= ${now} and holds_until > ${now}
    ), fleet as (
      select machine.id, machine.model, machine.customer, customer.name as customer_name, customer.tier, machine.name, machine.site,
        machine.timezone, machine.reference, machine.simulated, status.online, status.online_at, status.state, status.message_at,
        status.reading_at,
        case when maintenance.since is not null then ${PLACE.C} else coalesce(worst.place, case when status.reading_at >= ${fresh} then ${PLACE.OK} else ${PLACE['?']} end) end as condition,
        case when maintenance.since is not null then maintenance.since when worst.place is not null then worst.raised_at
          when status.reading_at < ${fresh} then status.reading_at + cast(${`${NO_DATA_AFTER_MS} milliseconds`} as interval) end as since
      from machine
      join customer on customer.id = machine.customer
      left join worst on worst.machine = machine.id
      left join machine_status as status on status.machine = machine.id
      left join lateral (
        select min(held.holds_from) as since from held
        where held.customer = machine.customer and coalesce(held.machine, machine.id) = machine.id
          and (held.site is null or held.site = machine.site)
      ) as maintenance on true
      where ${where}
    )`;
}

function found(pattern: string): RawBuilder<boolean> {
  return sql<boolean>`(machine.id ilike ${pattern} or ${named('machine.name', pattern)} or machine.site ilike ${pattern}
    or machine.model ilike ${pattern} or ${named('customer.name', pattern)})`;
}

/** What a page is ordered by, worst, most valued or longest first; the id decides at last. */
export function machineKeys(sort: MachineSort, language: string): readonly OrderKey[] {
  const condition = numberKey(sql`condition`);
  const tier = numberKey(sql`case tier when 'premium' then 0 else 1 end`);
  const since = numberKey(sql`coalesce(extract(epoch from since), 9e15)`);
  const id = textKey(sql`id`);
  switch (sort) {
    case 'severity':
      return [condition, tier, since, id];
    case 'tier':
      return [tier, condition, since, id];
    case 'since':
      return [since, condition, id];
    case 'name':
      return [textKey(sql`lower(coalesce(${nameIn('name', language)}, id))`), id];
  }
}

export async function machinePage(
  db: Queries,
  ask: { scope: Scope; filter: MachineFilter; keys: readonly OrderKey[]; page: Page; now: Date },
): Promise<Pick<Paged<MachineRow>, 'items' | 'next'>> {
  const { scope, filter, keys, page, now } = ask;
  const place = filter.condition === undefined ? undefined : sql`condition = ${PLACE[filter.condition]}`;
  const { rows } = await sql<MachineRow>`${fleet(scope, filter, now)}
    select fleet.*, ${keyColumns(keys)} from fleet where ${every(place, follows(keys, page.after))}
    order by ${orderBy(keys)} limit ${page.limit + 1}`.execute(db);
  return cut(rows, page.limit, keys);
}

/** One machine, where it may be seen. */
export async function machineRow(db: Queries, scope: Scope, id: string, now: Date): Promise<MachineRow | undefined> {
  const { rows } = await sql<MachineRow>`${fleet(scope, { id }, now)} select * from fleet`.execute(db);
  return rows[0];
}

/** How many machines are in which condition; by every filter but the condition's own. */
export async function fleetSummary(
  db: Queries,
  scope: Scope,
  filter: MachineFilter,
  now: Date,
): Promise<Record<MachineCondition, number>> {
  const { rows } = await sql<{ condition: number; count: number }>`${fleet(scope, filter, now)}
    select condition, count(*) as count from fleet group by condition`.execute(db);
  return Object.fromEntries(
    CONDITIONS.map((letter, place) => [letter, rows.find(({ condition }) => condition === place)?.count ?? 0]),
  ) as Record<MachineCondition, number>;
}

export interface StandingAlarm {
  readonly machine: string;
  readonly component: string;
  readonly severity: Severity;
  readonly raised_at: Date;
  readonly reason: Reason;
}

/** Alarms that count for the condition of these machines, the worst and longest first. */
export async function standingAlarms(db: Queries, machines: readonly string[], now: Date): Promise<StandingAlarm[]> {
  if (machines.length === 0) return [];
  const { rows } = await sql<StandingAlarm>`
    select machine, component, severity, raised_at, reason from alarm
    where machine in (${sql.join([...machines])}) and ${counts(now)}
    order by case severity when 'danger' then 0 when 'warning' then 1 else 2 end, raised_at, id`.execute(db);
  return rows;
}

/** When the last alarm of each machine was cleared: since then it is OK. */
export async function lastCleared(db: Queries, machines: readonly string[]): Promise<Map<string, Date>> {
  if (machines.length === 0) return new Map();
  const rows = await db
    .selectFrom('alarm')
    .select((select) => ['machine', select.fn.max('cleared_at').as('at')])
    .where('machine', 'in', [...machines])
    .where('mode', '=', 'live')
    .where('cleared_at', 'is not', null)
    .groupBy('machine')
    .execute();
  return new Map(rows.flatMap(({ machine, at }) => (at ? [[machine, at] as const] : [])));
}

export interface OpenCases {
  readonly machine: string;
  readonly count: number;
  /** Owner of the most urgent case that has one. */
  readonly owner: { readonly id: string; readonly name: string } | null;
}

export async function openCasesOf(db: Queries, machines: readonly string[]): Promise<Map<string, OpenCases>> {
  if (machines.length === 0) return new Map();
  const { rows } = await sql<OpenCases>`
    select service_case.machine, count(*) as count,
      (array_agg(jsonb_build_object('id', account.id, 'name', account.name)
        order by case service_case.severity when 'danger' then 0 when 'warning' then 1 else 2 end, service_case.opened_at)
        filter (where account.id is not null))[1] as owner
    from service_case left join account on account.id = service_case.owner
    where service_case.machine in (${sql.join([...machines])})
      and service_case.status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved')
    group by service_case.machine`.execute(db);
  return new Map(rows.map((row) => [row.machine, row]));
}

/** Which of these machines may be seen, each with its customer. */
export async function visibleMachines(db: Queries, scope: Scope, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from machine where id in (${sql.join([...ids])}) and removed_at is null and ${seen(scope, 'customer')}`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}
