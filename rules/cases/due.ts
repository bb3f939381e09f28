/** What ends by itself on cases, by the time of the journal's ticks. */
import type { Transaction } from '#shared/database/database.ts';
import { anythingDue, endShelving, endWaiting } from '#shared/database/queries/case-due.ts';
import { stopAbsorbing } from '#shared/database/queries/cases.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import type { CaseLimits } from './limits.ts';

/** Ends what is due at `at` (epoch ms); answers what the portal must learn. Nothing due costs one query. */
export async function casesDue(
  tx: Transaction,
  at: number,
  { absorbForMs }: Pick<CaseLimits, 'absorbForMs'>,
): Promise<readonly NewChange[]> {
  const now = new Date(at);
  const workSince = new Date(at - absorbForMs);
  if (!(await anythingDue(tx, now, workSince))) return [];
  const touched = [
    ...(await endShelving(tx, now)),
    ...(await endWaiting(tx, now)),
    ...(await stopAbsorbing(tx, workSince)),
  ];
  return touched.map(({ id, customer }) => ({ kind: 'case', ref: id, customer }));
}
