/**
 * Breaks in what machines count: recorded, counted by the hour, and one case of the machine's data with the integrator, under
 * a component of its own, so that it absorbs no alarm and no alarm absorbs it.
 */
import type { Transaction } from '#shared/database/database.ts';
import { addCaseEvents, addOccurrence, lockPlace, openCase, reopenRecent } from '#shared/database/queries/cases.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import { addQuality, type QualityCount } from '#shared/database/queries/rejects.ts';
import { countedTo, handToIntegrator, type NewBreak, saveSequence } from '#shared/database/queries/sequence.ts';
import { DATA_COMPONENT } from '#shared/model/data-case.ts';
import type { Text } from '#shared/model/text.ts';
import { judge, type Run } from './sequence.ts';
import type { Surroundings } from './told.ts';

/** A machine whose data breaks again and again is told of once so often; every break is recorded and counted. */
const TOLD_EVERY_MS = 3_600_000;

/** Judges the numbers of a stretch against what was counted to before; answers what the portal must learn. */
export async function judgeSequences(
  tx: Transaction,
  sequences: ReadonlyMap<string, readonly Run[]>,
  surroundings: Surroundings,
): Promise<readonly NewChange[]> {
  if (sequences.size === 0) return [];
  const known = await countedTo(tx, [...sequences.keys()]);
  const counted: { machine: string; last: number; at: number }[] = [];
  const counts: QualityCount[] = [];
  const breaks: NewBreak[] = [];
  for (const [machine, runs] of sequences) {
    const judged = judge(known.get(machine), runs);
    const at = runs.at(-1)?.at ?? 0;
    counted.push({ machine, last: judged.last, at });
    breaks.push(...judged.breaks.map((found) => ({ ...found, machine })));
    const resets = judged.breaks.filter(({ kind }) => kind === 'reset').length;
    for (const [what, count] of Object.entries({ missing: judged.missing, repeated: judged.repeated, reset: resets })) {
      if (count > 0) counts.push({ machine, at, what, count });
    }
  }
  await saveSequence(tx, counted, breaks);
  await addQuality(tx, counts);
  const changes: NewChange[] = [];
  for (const machine of new Set(breaks.map((found) => found.machine))) {
    const own = breaks.filter((found) => found.machine === machine);
    changes.push(...(await tell(tx, machine, own, surroundings)));
  }
  return changes;
}

async function tell(
  tx: Transaction,
  machine: string,
  breaks: readonly NewBreak[],
  { limits, knowledge }: Surroundings,
): Promise<NewChange[]> {
  const customer = knowledge.customerOf(machine);
  const time = breaks.at(-1)?.at;
  if (customer === null || time === undefined) return [];
  const at = new Date(time);
  const place = { machine, component: DATA_COMPONENT };
  await lockPlace(tx, place);
  const before = await latest(tx, machine);
  const known =
    (await addOccurrence(tx, place, at, new Date(time - limits.absorbForMs))) ??
    (await reopenRecent(tx, place, at, new Date(time - limits.reopenWithinMs)));
  const { id } = known ?? (await openCase(tx, { ...place, severity: 'notice', customer, title: TITLE, at }));
  const isNews = known?.id !== before?.id || time - (before?.last_at.getTime() ?? -Infinity) >= TOLD_EVERY_MS;
  const event = { caseId: id, at, actor: null, visibility: 'internal' as const };
  if (!known) await addCaseEvents(tx, [{ ...event, kind: 'opened', detail: { severity: 'notice' } }]);
  if (isNews) await addCaseEvents(tx, [{ ...event, kind: 'comment', detail: { text: sentence(breaks) } }]);
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

const TITLE: Text = { de: 'Lücken in den Daten der Maschine', en: 'Gaps in the data of the machine' };

function sentence(breaks: readonly NewBreak[]): string {
  const [found] = breaks;
  if (found === undefined) return '';
  const { kind, first, last } = found;
  const range = first === last ? `${first}` : `${first}–${last}`;
  const said =
    kind === 'hole'
      ? `Es fehlen die Nummern ${range} (numbers ${range} are missing).`
      : `Die Zählung beginnt neu: nach ${first} kam ${last} (the count begins anew: ${last} after ${first}).`;
  return breaks.length === 1 ? said : `${said} Dazu ${breaks.length - 1} weitere (and ${breaks.length - 1} more).`;
}
