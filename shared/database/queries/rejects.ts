/** What was set aside, with its reason; bounded, the newest are kept. And how much of a machine's data was bad, by hour. */
import { sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';

/** How many rejects are kept. */
export const REJECTS_KEPT = 200_000;

export interface NewReject {
  /** Place of the message in the journal, and number within the message. */
  readonly position: number;
  readonly ordinal: number;
  /** Epoch ms. */
  readonly at: number;
  readonly machine: string | null;
  readonly sensor: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly topic: string;
  readonly payload: string;
}

/** A fold that is repeated, or a journal begun anew, writes over what stands at the same place. */
export async function insertRejects(tx: Transaction, rejects: readonly NewReject[]): Promise<void> {
  if (rejects.length === 0) return;
  const rows = rejects.map((reject) => ({ ...reject, at: new Date(reject.at).toISOString() }));
  await sql`
    insert into reject (position, ordinal, at, machine, sensor, reason, detail, topic, payload)
    select position, ordinal, at, machine, sensor, reason, detail, topic, payload
    from jsonb_to_recordset(${json(rows)}) as r (
      position bigint, ordinal integer, at timestamptz, machine text, sensor text, reason text, detail text, topic text, payload text)
    on conflict (position, ordinal) do update set
      at = excluded.at, machine = excluded.machine, sensor = excluded.sensor, reason = excluded.reason,
      detail = excluded.detail, topic = excluded.topic, payload = excluded.payload`.execute(tx);
}

/** Deletes the oldest beyond `kept`. */
export async function pruneRejects(queries: Queries, kept = REJECTS_KEPT): Promise<void> {
  await sql`
    delete from reject where at < (select at from reject order by at desc offset ${kept - 1} limit 1)`.execute(queries);
}

export interface QualityCount {
  readonly machine: string;
  /** Any time of the hour, epoch ms. */
  readonly at: number;
  /** late, or the reason of a reject. */
  readonly what: string;
  readonly count: number;
}

const HOUR_MS = 3_600_000;

/** Adds to the counts of the hours. */
export async function addQuality(tx: Transaction, counts: readonly QualityCount[]): Promise<void> {
  const sums = new Map<string, { machine: string; hour: string; what: string; count: number }>();
  for (const { machine, at, what, count } of counts) {
    const hour = new Date(at - (at % HOUR_MS)).toISOString();
    const key = `${machine} ${hour} ${what}`;
    const sum = sums.get(key) ?? { machine, hour, what, count: 0 };
    sum.count += count;
    sums.set(key, sum);
  }
  if (sums.size === 0) return;
  await sql`
    insert into quality as known (machine, hour, what, count)
    select machine, hour, what, count
    from jsonb_to_recordset(${json([...sums.values()])}) as r (machine text, hour timestamptz, what text, count bigint)
    on conflict (machine, hour, what) do update set count = known.count + excluded.count`.execute(tx);
}
