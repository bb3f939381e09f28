/** Past cases into the database, ended as people ended them. Rows go in as they are now: nothing of them ever stood open. */
import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from '#shared/database/database.ts';
import { json } from '#shared/database/json.ts';
import { addCaseEvents, type NewCaseEvent } from '#shared/database/queries/cases.ts';
import { recordChanges } from '#shared/database/queries/changes.ts';
import { PlantIndex } from '#shared/model/plant.ts';
import { sentences } from '#shared/model/sentence.ts';
import type { Text } from '#shared/model/text.ts';
import { HOUR, MINUTE } from '../simulator/calendar.ts';
import { type Ending, openedAt, type PastAlarm, type PastCase, quietAt } from './past.ts';
import type { Demo } from './house.ts';

export interface EndedCase {
  readonly case: PastCase;
  readonly ending: Ending;
}

/** So long after an event people had done the next thing, ms. */
const ACKNOWLEDGED = 6 * MINUTE;
const ASSIGNED = 11 * MINUTE;
const COMMENTED = 34 * MINUTE;
const RESOLVED = 40 * MINUTE;
const CLOSED = 3 * HOUR;

/** Writes all of them in one transaction; the technicians named by login share the work. */
export async function writePast(
  database: Database,
  demo: Demo,
  ended: readonly EndedCase[],
  technicians: readonly string[],
): Promise<void> {
  const index = new PlantIndex(demo.plant);
  await database.transaction(async (tx) => {
    const people = await tx
      .selectFrom('account')
      .select(['id', 'login'])
      .where('login', 'in', [...technicians])
      .orderBy('login')
      .execute();
    const changed: { id: string; customer: string }[] = [];
    for (const [number, one] of ended.entries()) {
      const machine = index.machine(one.case.machine);
      if (!machine || (await isWritten(tx, one.case))) continue;
      const { customer } = machine.machine;
      const titleOf = ({ raised }: PastAlarm) =>
        sentences(raised.reason, (sensor) => machine.sensors.get(sensor)?.name);
      const id = await writeCase(tx, one, { customer, titleOf, actor: people[number % people.length]?.id ?? null });
      changed.push({ id, customer });
    }
    await recordChanges(
      tx,
      changed.map(({ id, customer }) => ({ kind: 'case', ref: id, customer })),
    );
  });
}

/** Cut off after the commit and called again, it must not write a case twice. */
async function isWritten(tx: Transaction, past: PastCase): Promise<boolean> {
  const row = await tx
    .selectFrom('alarm')
    .select('id')
    .where('machine', '=', past.machine)
    .where('component', '=', past.component)
    .where('raised_at', '=', new Date(openedAt(past)))
    .executeTakeFirst();
  return row !== undefined;
}

interface Circumstances {
  readonly customer: string;
  readonly titleOf: (alarm: PastAlarm) => Text;
  /** Account of who worked on it. */
  readonly actor: string | null;
}

async function writeCase(tx: Transaction, { case: past, ending }: EndedCase, about: Circumstances): Promise<string> {
  const { machine, component, severity, alarms } = past;
  const { customer, titleOf, actor } = about;
  const { cause, remedy, verdict } = ending;
  const id = randomUUID();
  const opened = openedAt(past);
  const resolved = quietAt(past) + RESOLVED;
  const leading = alarms.find(({ raised }) => raised.severity === severity) ?? (alarms[0] as PastAlarm);
  await tx
    .insertInto('service_case')
    .values({
      id,
      status: 'closed',
      severity,
      highest_severity: severity,
      machine,
      component,
      customer,
      title: json(titleOf(leading)),
      opened_at: new Date(opened),
      last_at: new Date(Math.max(...alarms.map(({ raised }) => raised.t))),
      occurrences: alarms.length,
      owner: actor,
      cause,
      remedy,
      verdict,
      resolved_at: new Date(resolved),
      closed_at: new Date(resolved + CLOSED),
      revision: 5,
    })
    .execute();
  const acknowledgedAt = opened + ACKNOWLEDGED;
  const events: NewCaseEvent[] = [];
  const say = (
    at: number,
    by: string | null,
    kind: NewCaseEvent['kind'],
    visibility: NewCaseEvent['visibility'],
    detail: NewCaseEvent['detail'],
  ) => events.push({ caseId: id, at: new Date(at), actor: by, kind, visibility, detail });
  say(opened, null, 'opened', 'customer', { severity: (alarms[0] as PastAlarm).raised.severity });
  for (const alarm of alarms) {
    const told = await writeAlarm(tx, alarm, id, Math.max(acknowledgedAt, alarm.raised.t + ACKNOWLEDGED), actor);
    const { rule } = alarm.raised;
    say(alarm.raised.t, null, 'raised', 'internal', {
      alarm: told,
      rule,
      ruleVersion: 1,
      severity: alarm.raised.severity,
      summary: titleOf(alarm),
    });
    say(alarm.cleared.t, null, 'cleared', 'internal', {
      alarm: told,
      rule,
      ruleVersion: 1,
      summary: titleOf({ ...alarm, raised: alarm.cleared }),
    });
  }
  say(acknowledgedAt, actor, 'acknowledged', 'customer', {});
  say(opened + ASSIGNED, actor, 'assigned', 'internal', { owner: actor });
  say(opened + COMMENTED, actor, 'comment', 'internal', { text: ending.comment });
  say(resolved, actor, 'resolved', 'customer', { cause, remedy, verdict });
  say(resolved + CLOSED, actor, 'closed', 'customer', { cause, remedy, verdict });
  await addCaseEvents(
    tx,
    events.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
  );
  return id;
}

async function writeAlarm(
  tx: Transaction,
  { raised, cleared }: PastAlarm,
  caseId: string,
  acknowledgedAt: number,
  actor: string | null,
): Promise<string> {
  const id = randomUUID();
  await tx
    .insertInto('alarm')
    .values({
      id,
      machine: raised.machine,
      rule: raised.rule,
      rule_version: 1,
      mode: 'live',
      severity: raised.severity,
      component: raised.component ?? '',
      raised_at: new Date(raised.t),
      noted_at: new Date(raised.t),
      reason: json(raised.reason),
      cleared_at: new Date(cleared.t),
      clear_reason: json(cleared.reason),
      acknowledged_at: new Date(acknowledgedAt),
      acknowledged_by: actor,
      case_id: caseId,
    })
    .execute();
  return id;
}
