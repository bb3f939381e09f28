/** What the house keeps up to date on its cases, for many at once. */
import { sql } from 'kysely';
import { OPEN_STATUSES } from '#shared/model/case.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { Place, ServiceCase } from './cases.ts';

export async function casesById(queries: Queries, ids: readonly string[]): Promise<readonly ServiceCase[]> {
  if (ids.length === 0) return [];
  return queries
    .selectFrom('service_case')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
}

/** Those of the places that ever had a case, by `placeKey`: whether an open one takes their alarms. */
export async function knownPlaces(
  queries: Queries,
  places: readonly Place[],
): Promise<ReadonlyMap<string, 'open' | 'none'>> {
  if (places.length === 0) return new Map();
  const { rows } = await sql<Place & { readonly open: boolean }>`
    select c.machine, c.component, bool_or(c.absorbing and c.status in (${sql.join(OPEN_STATUSES)})) as open
    from jsonb_to_recordset(${json(places)}) as r (machine text, component text)
    join service_case c on c.machine = r.machine and c.component = r.component
    group by c.machine, c.component`.execute(queries);
  return new Map(rows.map((row) => [placeKey(row), row.open ? 'open' : 'none']));
}

export function placeKey({ machine, component }: Place): string {
  return `${machine} ${component}`;
}

export interface Figures {
  readonly id: string;
  /** Occurrences that came in addition. */
  readonly more: number;
  readonly last_at: Date;
  readonly severity: Severity;
  readonly highest_severity: Severity;
  /** null: stays. */
  readonly title: Text | null;
}

export async function writeFigures(tx: Transaction, figures: readonly Figures[]): Promise<void> {
  if (figures.length === 0) return;
  await sql`
    update service_case set occurrences = occurrences + r.more, last_at = greatest(service_case.last_at, r.last_at),
      severity = r.severity, highest_severity = r.highest_severity, title = coalesce(nullif(r.title, 'null'), service_case.title)
    from jsonb_to_recordset(${json(figures)}) as r (id text, more integer, last_at timestamptz, severity text,
      highest_severity text, title jsonb)
    where service_case.id = r.id`.execute(tx);
}
