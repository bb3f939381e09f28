/** How the house itself is: what its stages tell, and the alarms about what stands still. */
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Stage, StageReport, Trouble } from '#shared/model/house.ts';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { HouseAlarmTable } from '../schema-house.ts';

export type HouseAlarm = Selectable<HouseAlarmTable>;

const date = (time: number | null): Date | null => (time === null ? null : new Date(time));

/** What a stage tells of itself replaces what it told before; a heartbeat that is known already never becomes older. */
export async function reportStage(queries: Queries, report: StageReport): Promise<void> {
  const { stage, toldAt, startedAt, beatAt, beatsSince, figures } = report;
  await sql`
    insert into house_stage as known (stage, told_at, started_at, beat_at, beats_since, figures)
    values (${stage}, ${date(toldAt)}, ${date(startedAt)}, ${date(beatAt)}, ${date(beatsSince)},
      ${figures === null ? null : json(figures)})
    on conflict (stage) do update set told_at = excluded.told_at, started_at = excluded.started_at,
      beat_at = greatest(known.beat_at, excluded.beat_at), beats_since = coalesce(excluded.beats_since, known.beats_since),
      figures = excluded.figures`.execute(queries);
}

/** A heartbeat has come as far as this stage, received at `beat` (epoch ms); in the transaction of what came with it. */
export async function passBeat(tx: Transaction, stage: Stage, beat: number): Promise<void> {
  const at = new Date(beat);
  await sql`
    insert into house_stage as known (stage, told_at, started_at, beat_at) values (${stage}, ${at}, ${at}, ${at})
    on conflict (stage) do update set beat_at = greatest(known.beat_at, excluded.beat_at)`.execute(tx);
}

export async function stageReports(queries: Queries): Promise<ReadonlyMap<Stage, StageReport>> {
  const rows = await queries.selectFrom('house_stage').selectAll().execute();
  return new Map(
    rows.map(({ stage, told_at, started_at, beat_at, beats_since, figures }) => [
      stage,
      {
        stage,
        toldAt: told_at.getTime(),
        startedAt: started_at.getTime(),
        beatAt: beat_at?.getTime() ?? null,
        beatsSince: beats_since?.getTime() ?? null,
        figures,
      },
    ]),
  );
}

/** The alarm that was raised; undefined where it stands already, whoever raised it. */
export function raiseHouseAlarm(
  tx: Transaction,
  alarm: { readonly what: Trouble; readonly since: Date; readonly at: Date; readonly by: Stage },
): Promise<HouseAlarm | undefined> {
  const { what, since, at, by } = alarm;
  return tx
    .insertInto('house_alarm')
    .values({ id: randomUUID(), what, since, raised_at: at, raised_by: by, cleared_at: null })
    .onConflict((conflict) => conflict.column('what').where('cleared_at', 'is', null).doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** The alarm that ended with this; undefined where none stands, or somebody else has ended it. */
export function clearHouseAlarm(tx: Transaction, what: Trouble, at: Date): Promise<HouseAlarm | undefined> {
  return tx
    .updateTable('house_alarm')
    .set({ cleared_at: at })
    .where('what', '=', what)
    .where('cleared_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

export function standingHouseAlarms(queries: Queries): Promise<readonly HouseAlarm[]> {
  return queries
    .selectFrom('house_alarm')
    .selectAll()
    .where('cleared_at', 'is', null)
    .orderBy('since')
    .orderBy('id')
    .execute();
}

/** The newest first, standing or gone. */
export function latestHouseAlarms(queries: Queries, limit: number): Promise<readonly HouseAlarm[]> {
  return queries
    .selectFrom('house_alarm')
    .selectAll()
    .orderBy('raised_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** What is counted of the house beside its stages. */
export interface HouseCounts {
  readonly casesOpen: number;
  readonly alarmsStanding: number;
  readonly deliveriesWaiting: number;
  readonly deliveriesDead: number;
}

export async function houseCounts(queries: Queries): Promise<HouseCounts> {
  const { rows } = await sql<HouseCounts>`
    select
      (select count(*) from service_case where status in ('new', 'acknowledged', 'in-progress', 'waiting', 'shelved')) as "casesOpen",
      (select count(*) from alarm where cleared_at is null and mode = 'live') as "alarmsStanding",
      (select count(*) from delivery where state = 'waiting') as "deliveriesWaiting",
      (select count(*) from delivery where state = 'dead') as "deliveriesDead"`.execute(queries);
  return rows[0] ?? { casesOpen: 0, alarmsStanding: 0, deliveriesWaiting: 0, deliveriesDead: 0 };
}
