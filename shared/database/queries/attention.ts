/** What the rules keep of shelving, maintenance windows and floods. */
import { type Selectable, sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { AlarmFloodTable, MaintenanceWindowTable, ShelvingTable } from '../schema-attention.ts';

export type Flood = Selectable<AlarmFloodTable>;
export type MaintenanceWindow = Selectable<MaintenanceWindowTable>;
/** `case_id`: of the alarm it began with. */
export type Shelving = Selectable<ShelvingTable> & { readonly case_id: string | null };

/** What there is at all; `due`: something begins or ends by then. One cheap question, asked with every commit. */
export interface Astir {
  readonly due: boolean;
  readonly windows: boolean;
  readonly shelvings: boolean;
  /** Shelvings that end with the excess. */
  readonly growth: boolean;
  readonly floods: boolean;
}

export async function astir(queries: Queries, at: Date): Promise<Astir> {
  const { rows } = await sql<Astir>`
    select exists (select from maintenance_window where next_at <= ${at})
        or exists (select from shelving where ended_at is null and until <= ${at})
        or exists (select from alarm_flood where ended_at is null and ends_at <= ${at}) as due,
      exists (select from maintenance_window where next_at <= ${at} or holds_until is not null) as windows,
      exists (select from shelving where ended_at is null) as shelvings,
      exists (select from shelving where ended_at is null and growth is not null) as growth,
      exists (select from alarm_flood where ended_at is null) as floods`.execute(queries);
  const row = rows[0];
  if (!row) throw new Error('the database gave no answer about what is due');
  return row;
}

/** Windows that hold, or begin or end by then. */
export function windowsAstir(queries: Queries, at: Date): Promise<MaintenanceWindow[]> {
  return queries
    .selectFrom('maintenance_window')
    .selectAll()
    .where((e) => e.or([e('next_at', '<=', at), e('holds_until', 'is not', null)]))
    .orderBy('id')
    .execute();
}

/** True where the window (of `w`) is about the machine (of `m`). */
const COVERS = sql`(w.customer = m.customer and (w.machine is null or w.machine = m.id) and (w.site is null or w.site = m.site))`;

/** Machines each of these windows is about: of those named, and of those with alarms that stand. */
export async function coveredBy(
  queries: Queries,
  windows: readonly string[],
  machines: readonly string[],
): Promise<readonly { readonly window: string; readonly machine: string }[]> {
  if (windows.length === 0) return [];
  const { rows } = await sql<{ window: string; machine: string }>`
    select w.id as window, m.id as machine from maintenance_window w join machine m on ${COVERS}
    where w.id in (${sql.join([...windows])}) and m.removed_at is null
      and (m.id in (select jsonb_array_elements_text(${json(machines)}))
        or exists (select from alarm where alarm.machine = m.id and alarm.cleared_at is null))`.execute(queries);
  return rows;
}

/** Every machine the window is about, with its customer. */
export async function machinesOf(queries: Queries, window: string) {
  const { rows } = await sql<{ id: string; customer: string }>`
    select m.id, m.customer from maintenance_window w join machine m on ${COVERS}
    where w.id = ${window} and m.removed_at is null`.execute(queries);
  return rows;
}

/** Machines with alarms that stand suppressed by maintenance. */
export async function machinesInMaintenance(queries: Queries): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom('alarm')
    .select('machine')
    .distinct()
    .where('suppressed', '=', 'maintenance')
    .where('cleared_at', 'is', null)
    .execute();
  return rows.map(({ machine }) => machine);
}

/** Open shelvings of these machines, and those that end by then or with the excess. */
export async function shelvingsAstir(queries: Queries, machines: readonly string[], at: Date): Promise<Shelving[]> {
  const { rows } = await sql<Shelving>`
    select shelving.*, alarm.case_id from shelving join alarm on alarm.id = shelving.alarm
    where shelving.ended_at is null
      and (shelving.until <= ${at} or shelving.growth is not null
        or shelving.machine in (select jsonb_array_elements_text(${json(machines)})))
    order by shelving.id`.execute(queries);
  return rows;
}

/** Floods of these machines that go on, and those that end by then. */
export async function floodsAstir(queries: Queries, machines: readonly string[], at: Date): Promise<Flood[]> {
  const { rows } = await sql<Flood>`
    select * from alarm_flood where ended_at is null
      and (ends_at <= ${at} or machine in (select jsonb_array_elements_text(${json(machines)})))
    order by id`.execute(queries);
  return rows;
}

/** When alarms of these machines that called for attention were raised since then, at most `newest` a machine; epoch ms. */
export async function recentRaises(
  queries: Queries,
  machines: readonly string[],
  since: Date,
  newest: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (machines.length === 0) return new Map();
  const { rows } = await sql<{ machine: string; raised_at: Date }>`
    select m.machine, a.raised_at from jsonb_array_elements_text(${json(machines)}) as m (machine)
    cross join lateral (select raised_at from alarm
      where alarm.machine = m.machine and alarm.raised_at > ${since} and alarm.counted
      order by raised_at desc limit ${newest}) as a`.execute(queries);
  const times = new Map<string, number[]>();
  for (const { machine, raised_at } of rows) times.set(machine, [...(times.get(machine) ?? []), raised_at.getTime()]);
  return times;
}

/** What the time does to a window; `revision` belongs to people. */
export async function turnWindow(
  tx: Transaction,
  window: Pick<MaintenanceWindow, 'id' | 'holds_from' | 'holds_until' | 'next_at'>,
): Promise<void> {
  const { id, holds_from, holds_until, next_at } = window;
  await tx.updateTable('maintenance_window').set({ holds_from, holds_until, next_at }).where('id', '=', id).execute();
}

export async function writeShelving(
  tx: Transaction,
  shelving: Pick<Shelving, 'id' | 'raise_times' | 'base_excess' | 'ended_at' | 'ended_why'>,
): Promise<void> {
  const { id, raise_times, base_excess, ended_at, ended_why } = shelving;
  await tx
    .updateTable('shelving')
    .set({ raise_times: json(raise_times), base_excess, ended_at, ended_why })
    .where('id', '=', id)
    .execute();
}

/** Writes a flood as it stands, new or known. */
export async function writeFlood(tx: Transaction, flood: Flood): Promise<void> {
  const { ends_ts, ends_at, ended_at, alarms, severity, case_id } = flood;
  await tx
    .insertInto('alarm_flood')
    .values(flood)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ ends_ts, ends_at, ended_at, alarms, severity, case_id }),
    )
    .execute();
}
