/**
 * The case of a machine's data, with the integrator: under a component of its own, so that it absorbs no alarm and no alarm
 * absorbs it.
 */
import type { Transaction } from '#shared/database/database.ts';
import { addCaseEvents, addOccurrence, lockPlace, openCase, reopenRecent } from '#shared/database/queries/cases.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import { handToIntegrator } from '#shared/database/queries/sequence.ts';
import { DATA_COMPONENT } from '#shared/model/data-case.ts';
import type { Text } from '#shared/model/text.ts';
import type { Surroundings } from './told.ts';

/** A machine whose data breaks again and again is told of once so often; what breaks is recorded and counted each time. */
const TOLD_EVERY_MS = 3_600_000;

export interface DataTrouble {
  readonly machine: string;
  /** When it was seen, epoch ms. */
  readonly at: number;
  /** Of the case, where it is opened by this. */
  readonly title: Text;
  /** What the case's timeline tells. */
  readonly text: string;
  /** Whose case it is, where that is not the machine's customer. */
  readonly customer?: string;
  /** It is told even where something was told a moment ago. */
  readonly isNews?: boolean;
}

/** Opens the case of the machine's data, or adds to it; answers what the portal must learn. */
export async function tellOfData(
  tx: Transaction,
  { machine, at: time, title, text, isNews, customer: whose }: DataTrouble,
  { limits, knowledge }: Surroundings,
): Promise<NewChange[]> {
  const customer = whose ?? knowledge.customerOf(machine);
  if (customer === null) return [];
  const at = new Date(time);
  const place = { machine, component: DATA_COMPONENT };
  await lockPlace(tx, place);
  const before = await latest(tx, machine);
  const known =
    (await addOccurrence(tx, place, at, new Date(time - limits.absorbForMs))) ??
    (await reopenRecent(tx, place, at, new Date(time - limits.reopenWithinMs)));
  const { id } = known ?? (await openCase(tx, { ...place, severity: 'notice', customer, title, at }));
  const isTold =
    isNews ?? (known?.id !== before?.id || time - (before?.last_at.getTime() ?? -Infinity) >= TOLD_EVERY_MS);
  const event = { caseId: id, at, actor: null, visibility: 'internal' as const };
  if (!known) await addCaseEvents(tx, [{ ...event, kind: 'opened', detail: { severity: 'notice' } }]);
  if (isTold) await addCaseEvents(tx, [{ ...event, kind: 'comment', detail: { text } }]);
  const owner = await handToIntegrator(tx, id);
  if (owner) await addCaseEvents(tx, [{ ...event, kind: 'assigned', detail: { owner } }]);
  return [{ kind: 'case', ref: id, customer }];
}

function latest(tx: Transaction, machine: string) {
  return tx
    .selectFrom('service_case')
    .select(['id', 'last_at'])
    .where('machine', '=', machine)
    .where('component', '=', DATA_COMPONENT)
    .where('absorbing', '=', true)
    .orderBy('opened_at', 'desc')
    .executeTakeFirst();
}
