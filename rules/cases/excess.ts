/** Machines that send more than they may: what is too much is set aside and counted, and the case of their data tells it. */
import type { Transaction } from '#shared/database/database.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import type { Text } from '#shared/model/text.ts';
import { tellOfData } from './data-case.ts';
import type { Surroundings } from './told.ts';

/** A machine has sent too much, and was not told of for a while. */
export interface Excess {
  readonly machine: string;
  /** Time of receipt, epoch ms. */
  readonly at: number;
  /** What was too much, and the mend. */
  readonly detail: string;
}

const TITLE: Text = { de: 'Zu viele Messwerte von der Maschine', en: 'Too many readings from the machine' };

/** Answers what the portal must learn. */
export async function tellExcess(
  tx: Transaction,
  found: readonly Excess[],
  surroundings: Surroundings,
): Promise<readonly NewChange[]> {
  const changes: NewChange[] = [];
  for (const { machine, at, detail } of found) {
    const text = `Die Maschine sendet zu viele Messwerte; was zu viel ist, wird gezählt und nicht ausgewertet (${detail}).`;
    changes.push(...(await tellOfData(tx, { machine, at, title: TITLE, text, isNews: true }, surroundings)));
  }
  return changes;
}
