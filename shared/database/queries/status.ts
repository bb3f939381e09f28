/** What machines last said of themselves: connection, state, times of the last message and the last valid reading. */
import { sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';

/** What is new of a machine; what is left out stays as it was. Times in epoch ms. */
export interface StatusChange {
  readonly machine: string;
  readonly online?: boolean;
  readonly onlineAt?: number;
  readonly state?: string;
  readonly stateAt?: number;
  readonly messageAt?: number;
  readonly readingAt?: number;
}

const iso = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());

/** One change a machine. A state older than the one known does not replace it. */
export async function updateStatuses(tx: Transaction, changes: readonly StatusChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((change) => ({
    machine: change.machine,
    online: change.online ?? null,
    online_at: iso(change.onlineAt),
    state: change.state ?? null,
    state_at: iso(change.stateAt),
    message_at: iso(change.messageAt),
    reading_at: iso(change.readingAt),
  }));
  await sql`
    insert into machine_status as known (machine, online, online_at, state, state_at, message_at, reading_at)
    select * from jsonb_to_recordset(${json(rows)}) as r (
      machine text, online boolean, online_at timestamptz, state text, state_at timestamptz,
      message_at timestamptz, reading_at timestamptz)
    on conflict (machine) do update set
      online = coalesce(excluded.online, known.online),
      online_at = coalesce(excluded.online_at, known.online_at),
      state = case when excluded.state_at >= known.state_at then excluded.state else coalesce(known.state, excluded.state) end,
      state_at = greatest(excluded.state_at, known.state_at),
      message_at = coalesce(excluded.message_at, known.message_at),
      reading_at = coalesce(excluded.reading_at, known.reading_at)`.execute(tx);
}

export function machineStatuses(queries: Queries) {
  return queries.selectFrom('machine_status').selectAll().execute();
}
