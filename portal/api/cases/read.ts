/** Reads a case with everything that belongs to it. */
import { alarmsOfCase } from '#shared/database/queries/portal-alarms.ts';
import { checklistOf } from '#shared/database/queries/case-checklist.ts';
import { relatedCases, similarCases } from '#shared/database/queries/portal-case-beside.ts';
import { caseRow, timelineOf } from '#shared/database/queries/portal-cases.ts';
import { may, type Who } from '#shared/model/access.ts';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PortalParts } from '../parts.ts';
import { notFound } from '../problems.ts';
import type { CaseClocks } from './clocks.ts';
import { presentWhole } from './present.ts';

export type CaseParts = Pick<PortalParts, 'database' | 'clock'> & {
  readonly catalogue: Catalogue;
  readonly clocks: CaseClocks;
};

/** Throws not-found where the case may not be seen. */
export async function readCase(parts: CaseParts, who: Who, id: string): Promise<CaseAnswer> {
  const { database, catalogue, clocks, clock } = parts;
  const db = database.kysely;
  const row = await caseRow(db, who.scope, id);
  if (!row) throw notFound('case', id);
  const timeline = await timelineOf(db, id, may(who.role, 'case.internal'));
  const alarms = may(who.role, 'alarm.see') ? await alarmsOfCase(db, id) : [];
  const internal = may(who.role, 'case.internal');
  const checklist = internal ? await checklistOf(db, id) : [];
  const similar = internal ? await similarCases(db, who.scope, row) : [];
  const related = await relatedCases(db, who.scope, row);
  const { plant } = await catalogue.now();
  const ticking = (await clocks.of(who, [id])).get(id);
  return presentWhole(
    row,
    { plant, alarms, timeline, checklist, related, similar, clocks: ticking, now: clock() },
    who,
  );
}
