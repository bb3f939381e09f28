/**
 * From an alarm to a case. A raised alarm of a live rule goes to the open case of its machine and component; else to one that
 * was resolved or closed, not as false, a short while ago; else to a new one. Cases stay open when their alarms clear.
 */
import type { Transaction } from '#shared/database/database.ts';
import { attachAlarm, clearAlarm, raiseAlarm } from '#shared/database/queries/alarms.ts';
import {
  addCaseEvents,
  addOccurrence,
  caseById,
  lockPlace,
  type NewCaseEvent,
  openCase,
  reopenRecent,
  type ServiceCase,
  setFigures,
  standingSeverities,
} from '#shared/database/queries/cases.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import type { Transition } from '#rules/engine/types.ts';
import { OPEN_STATUSES } from '#shared/model/case.ts';
import { SEVERITIES, type Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';

/** A transition with what the case must know of it. */
export interface Told {
  readonly transition: Transition;
  /** When the house learned of it, epoch ms. */
  readonly at: number;
  readonly ruleVersion: number;
  /** Whose machine it is; null where the plant does not have the machine any more. */
  readonly customer: string | null;
  /** The reason as one sentence. */
  readonly sentence: Text;
}

/** Writes one transition into alarms and cases; answers what the portal must learn. Told twice, it has no effect. */
export async function decide(tx: Transaction, told: Told, reopenWithinMs: number): Promise<readonly NewChange[]> {
  const { machine, transition } = told.transition;
  const touched = transition === 'raised' ? await raised(tx, told, reopenWithinMs) : await cleared(tx, told);
  if (!touched) return [];
  const { alarm, caseId } = touched;
  const { customer } = told;
  return [
    { kind: 'alarm', ref: alarm, customer },
    { kind: 'machine', ref: machine, customer },
    ...(caseId === null ? [] : [{ kind: 'case' as const, ref: caseId, customer }]),
  ];
}

interface Touched {
  readonly alarm: string;
  readonly caseId: string | null;
}

async function raised(tx: Transaction, told: Told, reopenWithinMs: number): Promise<Touched | undefined> {
  const { transition, at, ruleVersion, customer } = told;
  const { machine, rule, mode, severity, t, reason } = transition;
  if (mode === 'off') return undefined;
  const component = transition.component ?? '';
  const alarm = await raiseAlarm(tx, {
    machine,
    rule,
    ruleVersion,
    mode,
    severity,
    component,
    raisedAt: new Date(t),
    notedAt: new Date(at),
    reason,
  });
  if (alarm === undefined) return undefined;
  if (mode !== 'live' || customer === null) return { alarm, caseId: null };
  const caseId = await place(tx, told, { machine, component, alarm, customer, reopenWithinMs });
  return { alarm, caseId };
}

interface Placing {
  readonly machine: string;
  readonly component: string;
  readonly alarm: string;
  readonly customer: string;
  readonly reopenWithinMs: number;
}

/** Finds the alarm its case, and answers that. */
async function place(tx: Transaction, told: Told, placing: Placing): Promise<string> {
  const { machine, component, alarm, customer, reopenWithinMs } = placing;
  const { severity } = told.transition;
  const at = new Date(told.at);
  const where = { machine, component };
  await lockPlace(tx, where);
  const open = await addOccurrence(tx, where, at);
  const reopened = open ? undefined : await reopenRecent(tx, where, at, new Date(told.at - reopenWithinMs));
  const known = open ?? reopened;
  if (known) {
    await rise(tx, known, told);
    await attachAlarm(tx, alarm, known.id);
    if (reopened) await addCaseEvents(tx, [systemEvent(known.id, at, 'reopened', { severity }, 'customer')]);
    await addCaseEvents(tx, [raisedEvent(known.id, alarm, told)]);
    return known.id;
  }
  const { id } = await openCase(tx, { ...where, severity, customer, title: told.sentence, at });
  await attachAlarm(tx, alarm, id);
  await addCaseEvents(tx, [systemEvent(id, at, 'opened', { severity }, 'customer'), raisedEvent(id, alarm, told)]);
  return id;
}

/** One more alarm stands: the severity is the highest of them, and the title tells of the alarm that set it. */
async function rise(tx: Transaction, known: ServiceCase, told: Told): Promise<void> {
  const { severity } = told.transition;
  const others = await standingSeverities(tx, known.id);
  const leads = others.every((other) => highest([other, severity]) !== other);
  const after = highest([...others, severity]);
  await setFigures(tx, known.id, {
    severity: after,
    highestSeverity: highest([known.highest_severity, after]),
    ...(leads ? { title: told.sentence } : {}),
  });
  await addCaseEvents(tx, severityEvent(known, after, new Date(told.at)));
}

async function cleared(tx: Transaction, told: Told): Promise<Touched | undefined> {
  const { transition, at: time, sentence } = told;
  const { machine, rule, t, reason } = transition;
  const alarm = await clearAlarm(tx, { machine, rule, clearedAt: new Date(t), reason });
  if (!alarm) return undefined;
  const { id, caseId, ruleVersion } = alarm;
  if (caseId === null) return { alarm: id, caseId };
  const at = new Date(time);
  await addCaseEvents(tx, [systemEvent(caseId, at, 'cleared', { alarm: id, rule, ruleVersion, summary: sentence })]);
  const known = await caseById(tx, caseId);
  if (known && OPEN_STATUSES.includes(known.status)) await fall(tx, known, at);
  return { alarm: id, caseId };
}

/** An alarm less stands: the severity may fall; the last one stays when none stands any more. */
async function fall(tx: Transaction, known: ServiceCase, at: Date): Promise<void> {
  const standing = await standingSeverities(tx, known.id);
  const after = standing.length > 0 ? highest(standing) : known.severity;
  if (after === known.severity) return;
  await setFigures(tx, known.id, { severity: after, highestSeverity: known.highest_severity });
  await addCaseEvents(tx, severityEvent(known, after, at));
}

function highest(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? 'notice';
}

function raisedEvent(caseId: string, alarm: string, { transition, ruleVersion, sentence, at }: Told): NewCaseEvent {
  const { rule, severity } = transition;
  return systemEvent(caseId, new Date(at), 'raised', { alarm, rule, ruleVersion, severity, summary: sentence });
}

function severityEvent(known: ServiceCase, after: Severity, at: Date): NewCaseEvent[] {
  if (after === known.severity) return [];
  return [systemEvent(known.id, at, 'severity', { from: known.severity, to: after }, 'customer')];
}

function systemEvent(
  caseId: string,
  at: Date,
  kind: NewCaseEvent['kind'],
  detail: NewCaseEvent['detail'],
  visibility: NewCaseEvent['visibility'] = 'internal',
): NewCaseEvent {
  return { caseId, at, actor: null, kind, visibility, detail };
}
