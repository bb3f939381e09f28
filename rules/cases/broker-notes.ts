/**
 * What ingest noted of the broker: a session it forgot, messages it dropped. Messages of any machine may be missing, so it is
 * told in one case of the house's own data, with the integrator; which ones is told by what machines count themselves.
 */
import type { Transaction } from '#shared/database/database.ts';
import { countBroker, ensureHouseRows } from '#shared/database/queries/broker-notes.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import { HOUSE } from '#shared/model/house.ts';
import type { Text } from '#shared/model/text.ts';
import type { Note } from '#shared/telemetry/note.ts';
import { tellOfData } from './data-case.ts';
import type { Surroundings } from './told.ts';

/** With its time of receipt, epoch ms. */
export type Noted = Exclude<Note, { note: 'slowed' }> & { readonly at: number };

const TITLE: Text = {
  de: 'Der Broker hat Nachrichten verloren oder womöglich verloren',
  en: 'The broker has lost messages, or may have',
};

/** Answers what the portal must learn. */
export async function judgeNotes(
  tx: Transaction,
  notes: readonly Noted[],
  surroundings: Surroundings,
): Promise<readonly NewChange[]> {
  const changes: NewChange[] = [];
  for (const note of notes) {
    const text = note.note === 'session-lost' ? sessionLost(note.since) : await dropped(tx, note);
    if (text === undefined) continue;
    await ensureHouseRows(tx, new Date(note.at));
    const trouble = { machine: HOUSE, customer: HOUSE, at: note.at, title: TITLE, text };
    // A count that grows and grows is told once an hour.
    const told = note.note === 'session-lost' ? { ...trouble, isNews: true } : trouble;
    changes.push(...(await tellOfData(tx, told, surroundings)));
  }
  return changes;
}

function sessionLost(since: number): string {
  const time = new Date(since).toISOString();
  return `Der Broker hat unsere Sitzung vergessen: Was er seit ${time} aufbewahrte, fehlt womöglich (the broker has forgotten our session: what it kept since ${time} may be missing).`;
}

/** Undefined where the count has not grown; what was dropped before anybody looked is nobody's news. */
async function dropped(tx: Transaction, { total, at }: { total: number; at: number }): Promise<string | undefined> {
  const before = await countBroker(tx, 'dropped', total, new Date(at));
  // A broker that was started anew begins at 0.
  const more = before === undefined ? 0 : total < before ? total : total - before;
  if (more === 0) return undefined;
  return `Der Broker hat ${more} Nachrichten verworfen, weil die Warteschlange eines Empfängers voll war; es können unsere sein. Erhöhen Sie max_queued_messages, oder setzen Sie es auf 0 mit max_queued_bytes (the broker has dropped ${more} messages because the queue of a subscriber was full; they may be ours. Raise max_queued_messages, or set it to 0 with max_queued_bytes).`;
}
