/**
 * Machines that send more than they may: what is too much is set aside and counted, or waits at the machine because the embedded
 * broker reads it more slowly; either way the case of their data tells it.
 */
import type { Transaction } from '#shared/database/database.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import type { Text } from '#shared/model/text.ts';
import { tellOfData } from './data-case.ts';
import type { Surroundings } from './told.ts';

/** A machine has sent too much, and was not told of for a while. */
export type Excess = {
  readonly machine: string;
  /** Time of receipt, epoch ms. */
  readonly at: number;
} & (
  | { readonly kind: 'set aside' /** What was too much, and the mend. */; readonly detail: string }
  | { readonly kind: 'slowed' /** Packets it may send. */; readonly perSecond: number }
);

const TITLE: Text = { de: 'Zu viele Messwerte von der Maschine', en: 'Too many readings from the machine' };

/** Answers what the portal must learn. */
export async function tellExcess(
  tx: Transaction,
  found: readonly Excess[],
  surroundings: Surroundings,
): Promise<readonly NewChange[]> {
  const changes: NewChange[] = [];
  for (const excess of found) {
    const { machine, at } = excess;
    changes.push(
      ...(await tellOfData(tx, { machine, at, title: TITLE, text: sentence(excess), isNews: true }, surroundings)),
    );
  }
  return changes;
}

function sentence(excess: Excess): string {
  if (excess.kind === 'set aside')
    return `Die Maschine sendet zu viele Messwerte; was zu viel ist, wird gezählt und nicht ausgewertet (${excess.detail}).`;
  const { perSecond } = excess;
  return `Die Maschine sendet mehr als ${perSecond} Nachrichten je Sekunde; sie wird langsamer gelesen, ihre Messwerte kommen verspätet (more than ${perSecond} packets a second: the machine is read more slowly, its readings come late).`;
}
