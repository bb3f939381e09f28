/** What the portal shows beside a case: what it belongs to, and how it ended elsewhere. */
import { sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';
import type { CaseStatus } from '#shared/model/case.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries } from '../database.ts';
import type { ServiceCase } from './cases.ts';
import { seen } from './portal-page.ts';

/** So many of them help; more are a search. */
const MOST_SIMILAR = 5;

export interface RelatedRow {
  readonly id: string;
  readonly number: number;
  readonly status: CaseStatus;
  readonly how: 'follows' | 'followed-by' | 'split-from' | 'split-into' | 'merged-from' | 'merged-into';
}

/** Every case that this one is tied to, as far as it may be seen, by number. */
export async function relatedCases(db: Queries, scope: Scope, of: ServiceCase): Promise<RelatedRow[]> {
  const { rows } = await sql<RelatedRow>`
    select service_case.id, service_case.number, service_case.status, tie.how from (
      select ${of.follows} as id, 'follows' as how
      union all select ${of.split_from}, 'split-from'
      union all select ${of.merged_into}, 'merged-into'
      union all select c.id, 'followed-by' from service_case c where c.follows = ${of.id}
      union all select c.id, 'split-into' from service_case c where c.split_from = ${of.id}
      union all select c.id, 'merged-from' from service_case c where c.merged_into = ${of.id}
    ) tie join service_case on service_case.id = tie.id
    where ${seen(scope, 'service_case.customer')} order by service_case.number, tie.how`.execute(db);
  return rows;
}

export interface SimilarRow {
  readonly id: string;
  readonly number: number;
  readonly machine: string;
  readonly machine_name: Text | null;
  readonly title: Text;
  readonly ended_at: Date;
  readonly cause: string | null;
  readonly remedy: string | null;
  readonly verdict: 'valid' | 'false-alarm';
}

/**
 * Newest cases that ended with a verdict, on machines of the same model: those that one of the same rules has opened first, then
 * those of the same component.
 */
export async function similarCases(
  db: Queries,
  scope: Scope,
  of: ServiceCase & { readonly model: string },
): Promise<SimilarRow[]> {
  const { rows } = await sql<SimilarRow>`
    with rules as (select distinct rule from alarm where case_id = ${of.id}),
    ended as (
      select service_case.*, machine.name as machine_name, coalesce(service_case.closed_at, service_case.resolved_at) as ended_at,
        exists (select from alarm join rules on rules.rule = alarm.rule where alarm.case_id = service_case.id) as same_rule
      from service_case join machine on machine.id = service_case.machine and machine.model = ${of.model}
      where service_case.status in ('resolved', 'closed') and service_case.verdict is not null and service_case.id <> ${of.id}
        and ${seen(scope, 'service_case.customer')}
    )
    select id, number, machine, machine_name, title, ended_at, cause, remedy, verdict from ended
    where same_rule or (component = ${of.component} and component <> '')
    order by same_rule desc, ended_at desc, number desc limit ${MOST_SIMILAR}`.execute(db);
  return rows;
}

/** Id of a case by its number (with or without #) or its id, where it may be seen. */
export async function findCase(db: Queries, scope: Scope, named: string | number): Promise<string | undefined> {
  const number = /^#?(\d{1,15})$/.exec(String(named))?.[1];
  const { rows } = await sql<{ id: string }>`
    select id from service_case where ${seen(scope, 'service_case.customer')}
      and ${number === undefined ? sql`id = ${String(named)}` : sql`number = ${Number(number)}`}`.execute(db);
  return rows[0]?.id;
}
