/** What a person does to a single alarm: set it aside for a while, take it back, acknowledge it. Ends are the rules' work. */
import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';
import { addCaseEvents, type NewCaseEvent } from './cases.ts';
import { recordChanges } from './changes.ts';

/** An alarm with whose machine it is. */
export interface AlarmAtHand {
  readonly id: string;
  readonly machine: string;
  readonly rule: string;
  readonly customer: string;
  readonly case_id: string | null;
}

export interface NewShelving {
  /** At the latest. */
  readonly until: Date;
  readonly reason: string;
  readonly raises: number | null;
  readonly withinMs: number | null;
  /** Percentage points. */
  readonly growth: number | null;
}

/** Who does it, and when. */
export interface By {
  readonly who: string;
  readonly at: Date;
}

/** Sets a standing alarm aside, and what its rule raises of the machine meanwhile; shelved already, the new ends hold. */
export async function shelveAlarm(
  tx: Transaction,
  alarm: AlarmAtHand,
  shelving: NewShelving,
  { who, at }: By,
): Promise<void> {
  const { until, reason, raises, withinMs, growth } = shelving;
  const values = {
    alarm: alarm.id,
    reason,
    shelved_by: who,
    shelved_at: at,
    until,
    raises,
    within_ms: withinMs,
    raise_times: json<readonly number[]>([]),
    growth,
    base_excess: null,
    ended_by: null,
  };
  await tx
    .insertInto('shelving')
    .values({ id: randomUUID(), machine: alarm.machine, rule: alarm.rule, ...values })
    .onConflict((conflict) => conflict.columns(['machine', 'rule']).where('ended_at', 'is', null).doUpdateSet(values))
    .execute();
  await tx
    .updateTable('alarm')
    .set({ suppressed: 'shelved', suppressed_at: at, shelved_until: until, shelve_reason: reason })
    .where('id', '=', alarm.id)
    .execute();
  const ends = {
    ...(raises === null ? {} : { raises }),
    ...(withinMs === null ? {} : { withinMs }),
    ...(growth === null ? {} : { growth }),
  };
  const detail = { alarm: alarm.id, rule: alarm.rule, until: until.toISOString(), reason, ...ends };
  await tell(tx, alarm, { kind: 'shelved', detail }, { who, at });
}

/**
 * Takes back what was shelved: its time is over now, and with their next tick the rules release what stands. False where it was
 * not shelved.
 */
export async function unshelveAlarm(tx: Transaction, alarm: AlarmAtHand, { who, at }: By): Promise<boolean> {
  const ended = await tx
    .updateTable('shelving')
    .set({ until: at, ended_by: who })
    .where('machine', '=', alarm.machine)
    .where('rule', '=', alarm.rule)
    .where('ended_at', 'is', null)
    .where('ended_by', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!ended) return false;
  await tx.updateTable('alarm').set({ shelved_until: at }).where('id', '=', alarm.id).execute();
  await recordChanges(tx, changesOf(alarm));
  return true;
}

/** Somebody has seen it; whether it stands or has cleared is another matter. False where somebody had already. */
export async function acknowledgeAlarm(tx: Transaction, alarm: AlarmAtHand, { who, at }: By): Promise<boolean> {
  const done = await tx
    .updateTable('alarm')
    .set({ acknowledged_at: at, acknowledged_by: who })
    .where('id', '=', alarm.id)
    .where('acknowledged_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!done) return false;
  await tell(tx, alarm, { kind: 'acknowledged', detail: { alarm: alarm.id, rule: alarm.rule } }, { who, at });
  return true;
}

/** Keeps it in the timeline of the alarm's case, if it has one, and tells the portal. */
async function tell(
  tx: Transaction,
  alarm: AlarmAtHand,
  event: Pick<NewCaseEvent, 'kind' | 'detail'>,
  { who, at }: By,
): Promise<void> {
  if (alarm.case_id !== null) {
    await addCaseEvents(tx, [{ ...event, caseId: alarm.case_id, at, actor: who, visibility: 'internal' }]);
  }
  await recordChanges(tx, changesOf(alarm));
}

function changesOf({ id, machine, customer, case_id }: AlarmAtHand) {
  return [
    { kind: 'alarm' as const, ref: id, customer },
    { kind: 'machine' as const, ref: machine, customer },
    ...(case_id === null ? [] : [{ kind: 'case' as const, ref: case_id, customer }]),
  ];
}
