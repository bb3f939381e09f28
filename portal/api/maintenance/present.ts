/** What leaves of a maintenance window, field by field. */
import type { WindowRow } from '#shared/database/queries/maintenance.ts';
import { may, type Who } from '#shared/model/access.ts';
import type { MaintenanceAnswer } from '#shared/model/api/maintenance.ts';
import { type Occurrence, Series } from '#shared/model/service/recurrence.ts';
import { iso } from '../times.ts';

const NEXT = 5;

/** `now`: epoch ms. */
export function presentWindow(row: WindowRow, who: Who, now: number): MaintenanceAnswer {
  const { start, duration, timezone, rrule, ended_at } = row;
  const series = new Series({ start, duration, timezone, rrule: rrule ?? undefined });
  const all = ended_at ? [] : series.between(now, Number.POSITIVE_INFINITY, NEXT + 1);
  const holds = all.find(({ from }) => from <= now);
  const next = all.filter(({ from }) => from > now).slice(0, NEXT);
  return {
    id: row.id,
    customer: row.customer,
    customerName: row.customer_name,
    machine: row.machine,
    site: row.site,
    title: row.title,
    start,
    duration,
    rrule,
    timezone,
    status: holds ? 'holds' : next.length > 0 ? 'planned' : 'over',
    holds: holds ? span(holds) : null,
    next: next.map(span),
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by === null ? null : { id: row.created_by, name: row.created_by_name ?? row.created_by },
    changedAt: row.changed_at.toISOString(),
    endedAt: iso(ended_at),
    revision: row.revision,
    may: may(who.role, 'maintenance.plan') && !ended_at ? ['change', 'end'] : [],
  };
}

function span({ from, to }: Occurrence) {
  return { from: new Date(from).toISOString(), until: new Date(to).toISOString() };
}
