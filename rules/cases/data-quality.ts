/** Breaks in what machines count: recorded, counted by the hour, and told in the case of the machine's data. */
import type { Transaction } from '#shared/database/database.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import { addQuality, type QualityCount } from '#shared/database/queries/rejects.ts';
import { countedTo, type NewBreak, saveSequence } from '#shared/database/queries/sequence.ts';
import type { Text } from '#shared/model/text.ts';
import { tellOfData } from './data-case.ts';
import { judge, type Run } from './sequence.ts';
import type { Surroundings } from './told.ts';

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
    const at = own.at(-1)?.at ?? 0;
    changes.push(...(await tellOfData(tx, { machine, at, title: TITLE, text: sentence(own) }, surroundings)));
  }
  return changes;
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
