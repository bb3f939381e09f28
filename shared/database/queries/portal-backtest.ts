/** Past cases a backtest is held against. */
import { sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';
import type { Queries } from '../database.ts';
import { seen } from './portal-page.ts';

export interface PastCaseRow {
  readonly id: string;
  readonly number: number;
  readonly machine: string;
  readonly component: string;
  readonly opened_at: Date;
  /** When it was resolved, else its last alarm. */
  readonly ended_at: Date;
  readonly verdict: 'valid' | 'false-alarm' | null;
}

/** Cases of these machines that touch the range; those merged into others are told of by them. */
export async function casesTouching(
  db: Queries,
  scope: Scope,
  machines: readonly string[],
  range: { readonly from: Date; readonly to: Date },
): Promise<readonly PastCaseRow[]> {
  if (machines.length === 0) return [];
  const ended = sql<Date>`coalesce(service_case.resolved_at, service_case.last_at)`;
  return db
    .selectFrom('service_case')
    .select(['id', 'number', 'machine', 'component', 'opened_at', ended.as('ended_at'), 'verdict'])
    .where('machine', 'in', [...machines])
    .where('status', '!=', 'merged')
    .where('opened_at', '<=', range.to)
    .where(ended, '>=', range.from)
    .where(seen(scope, 'service_case.customer'))
    .orderBy('opened_at')
    .execute();
}
