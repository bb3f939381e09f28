/** What the portal asks about service cases. */
import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';
import type { CaseStatus } from '#shared/model/case.ts';
import type { Tier } from '#shared/model/plant.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries } from '../database.ts';
import type { CaseEventKind } from '../schema.ts';
import type { ServiceCase } from './cases.ts';
import {
  anywhere,
  cut,
  every,
  follows,
  keyColumns,
  named,
  numberKey,
  type OrderKey,
  orderBy,
  type Page,
  type Paged,
  seen,
  textKey,
} from './portal-page.ts';

export interface CaseFilter {
  readonly status: 'open' | 'done' | 'all' | CaseStatus;
  readonly machine?: string | undefined;
  /** An account's id, or `none`. */
  readonly owner?: string | undefined;
  readonly customer?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly q?: string | undefined;
  /** Whether `q` looks into titles: their measured values and limits are not for customers. */
  readonly titles: boolean;
}

export type CaseSort = 'urgency' | 'last' | 'opened' | 'number';

export interface CaseRow extends ServiceCase {
  readonly machine_name: Text | null;
  readonly model: string;
  readonly simulated: boolean;
  readonly customer_name: Text;
  readonly tier: Tier;
  readonly owner_name: string | null;
  /** Alarms of this case that stand raised now. */
  readonly standing: number;
}

const COLUMNS = sql`service_case.*, machine.name as machine_name, machine.model, machine.simulated, customer.name as customer_name,
  customer.tier, account.name as owner_name,
  (select count(*) from alarm where alarm.case_id = service_case.id and alarm.cleared_at is null) as standing`;

/** The customer is that of the case: a machine that was sold on does not take its old cases along. */
const TABLES = sql`service_case
  join machine on machine.id = service_case.machine
  join customer on customer.id = service_case.customer
  left join account on account.id = service_case.owner`;

const RANK = sql`case service_case.severity when 'danger' then 0 when 'warning' then 1 else 2 end`;
/** What nobody has seen comes first, what is put aside last. */
const TURN = sql`case service_case.status when 'new' then 0 when 'acknowledged' then 1 when 'in-progress' then 1 when 'waiting' then 2
  when 'shelved' then 3 else 4 end`;

export function caseKeys(sort: CaseSort): readonly OrderKey[] {
  const id = textKey(sql`service_case.id`);
  const last = numberKey(sql`-extract(epoch from service_case.last_at)`);
  switch (sort) {
    case 'urgency':
      return [
        numberKey(RANK),
        numberKey(TURN),
        numberKey(sql`case customer.tier when 'premium' then 0 else 1 end`),
        last,
        id,
      ];
    case 'last':
      return [last, id];
    case 'opened':
      return [numberKey(sql`-extract(epoch from service_case.opened_at)`), id];
    case 'number':
      return [numberKey(sql`-service_case.number`)];
  }
}

export async function casePage(
  db: Queries,
  ask: { scope: Scope; filter: CaseFilter; keys: readonly OrderKey[]; page: Page },
): Promise<Paged<CaseRow>> {
  const { scope, filter, keys, page } = ask;
  const where = every(seen(scope, 'service_case.customer'), ...conditionsOf(filter));
  const { rows } = await sql<CaseRow>`
    select ${COLUMNS}, ${keyColumns(keys)} from ${TABLES} where ${every(where, follows(keys, page.after))}
    order by ${orderBy(keys)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*) as total from ${TABLES} where ${where}`.execute(db);
  return { ...cut(rows, page.limit, keys), total: counted.rows[0]?.total ?? 0 };
}

function conditionsOf({
  status,
  machine,
  owner,
  customer,
  severity,
  q,
  titles,
}: CaseFilter): (RawBuilder<unknown> | undefined)[] {
  return [
    statusIs(status),
    machine === undefined ? undefined : sql`service_case.machine = ${machine}`,
    owner === undefined
      ? undefined
      : owner === 'none'
        ? sql`service_case.owner is null`
        : sql`service_case.owner = ${owner}`,
    customer === undefined ? undefined : sql`service_case.customer = ${customer}`,
    severity === undefined ? undefined : sql`service_case.severity = ${severity}`,
    q === undefined ? undefined : found(q, titles),
  ];
}

function statusIs(status: CaseFilter['status']): RawBuilder<unknown> | undefined {
  if (status === 'all') return undefined;
  if (status === 'open')
    return sql`service_case.status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved')`;
  if (status === 'done') return sql`service_case.status in ('resolved', 'closed', 'merged')`;
  return sql`service_case.status = ${status}`;
}

/** By number, machine or customer, and by title where `titles` says so. */
function found(q: string, titles: boolean): RawBuilder<unknown> {
  const pattern = anywhere(q);
  return sql`(cast(service_case.number as text) = ${q.replace(/^#/, '')}
    or (${titles} and ${named('service_case.title', pattern)})
    or service_case.machine ilike ${pattern} or ${named('machine.name', pattern)}
    or ${named('customer.name', pattern)})`;
}

/** One case, where it may be seen. */
export async function caseRow(db: Queries, scope: Scope, id: string): Promise<CaseRow | undefined> {
  const { rows } = await sql<CaseRow>`
    select ${COLUMNS} from ${TABLES} where service_case.id = ${id} and ${seen(scope, 'service_case.customer')}`.execute(
    db,
  );
  return rows[0];
}

export interface TimelineRow {
  readonly id: number;
  readonly at: Date;
  readonly actor: string | null;
  readonly actor_name: string | null;
  readonly kind: CaseEventKind;
  readonly visibility: 'internal' | 'customer';
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Oldest first; without `internal`, what the customer may read alone. */
export function timelineOf(db: Queries, caseId: string, internal: boolean): Promise<TimelineRow[]> {
  return db
    .selectFrom('case_event')
    .leftJoin('account', 'account.id', 'case_event.actor')
    .select([
      'case_event.id',
      'case_event.at',
      'case_event.actor',
      'account.name as actor_name',
      'case_event.kind',
      'case_event.visibility',
      'case_event.detail',
    ])
    .where('case_event.case_id', '=', caseId)
    .$if(!internal, (query) => query.where('case_event.visibility', '=', 'customer'))
    .orderBy('case_event.at')
    .orderBy('case_event.id')
    .execute();
}
