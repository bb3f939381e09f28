/** What of one machine does not call for attention now, and why. */
import { sql } from 'kysely';
import type { Suppression } from '#shared/model/attention.ts';
import type { Queries } from '../database.ts';

export interface MachineAttention {
  /** The window that holds and began first. */
  readonly window: {
    readonly id: string;
    readonly title: string;
    readonly holds_from: Date;
    readonly holds_until: Date;
  } | null;
  /** Standing alarms. */
  readonly suppressed: Readonly<Record<Suppression, number>>;
  readonly flood: { readonly id: string; readonly began_at: Date; readonly alarms: number } | null;
}

export async function attentionOf(db: Queries, machine: string, now: Date): Promise<MachineAttention> {
  const windows = await sql<NonNullable<MachineAttention['window']>>`
    select w.id, w.title, w.holds_from, w.holds_until from maintenance_window w join machine m on m.id = ${machine}
    where w.customer = m.customer and coalesce(w.machine, m.id) = m.id and (w.site is null or w.site = m.site)
      and w.holds_from <= ${now} and w.holds_until > ${now}
    order by w.holds_from, w.id limit 1`.execute(db);
  const counted = await db
    .selectFrom('alarm')
    .select((e) => ['suppressed', e.fn.countAll<number>().as('count')])
    .where('machine', '=', machine)
    .where('cleared_at', 'is', null)
    .where('suppressed', 'is not', null)
    .groupBy('suppressed')
    .execute();
  const flood = await db
    .selectFrom('alarm_flood')
    .select(['id', 'began_at', 'alarms'])
    .where('machine', '=', machine)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  const count = (why: Suppression): number => counted.find(({ suppressed }) => suppressed === why)?.count ?? 0;
  return {
    window: windows.rows[0] ?? null,
    suppressed: { shelved: count('shelved'), maintenance: count('maintenance'), flood: count('flood') },
    flood: flood ?? null,
  };
}
