/** Standing alarms whose condition cannot be judged, because readings are missing: marked, never cleared. */
import { sql } from 'kysely';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { RuleOfMachine } from './alarms.ts';
import type { NewChange } from './changes.ts';

/** Marks these and no others, each since then (epoch ms); answers what the portal must learn. */
export async function markNoData(
  tx: Transaction,
  doubtful: readonly (RuleOfMachine & { readonly since: number })[],
): Promise<readonly NewChange[]> {
  const rows = doubtful.map(({ machine, rule, since }) => ({ machine, rule, since: new Date(since) }));
  const doubt = sql`jsonb_to_recordset(${json(rows)}) as doubt (machine text, rule text, since timestamptz)`;
  const marked = await sql<Marked>`
    update alarm set no_data_since = doubt.since from ${doubt}
    where alarm.machine = doubt.machine and alarm.rule = doubt.rule and alarm.cleared_at is null and alarm.no_data_since is null
    returning alarm.id, alarm.machine, (select customer from machine where machine.id = alarm.machine) as customer`.execute(
    tx,
  );
  const freed = await sql<Marked>`
    update alarm set no_data_since = null
    where cleared_at is null and no_data_since is not null
      and not exists (select from ${doubt} where doubt.machine = alarm.machine and doubt.rule = alarm.rule)
    returning alarm.id, alarm.machine, (select customer from machine where machine.id = alarm.machine) as customer`.execute(
    tx,
  );
  return [...marked.rows, ...freed.rows].flatMap(({ id, machine, customer }) => [
    { kind: 'alarm', ref: id, customer },
    { kind: 'machine', ref: machine, customer },
  ]);
}

interface Marked {
  readonly id: string;
  readonly machine: string;
  readonly customer: string | null;
}
