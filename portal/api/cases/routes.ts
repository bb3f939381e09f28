/** Service cases: the inbox, the whole case, and the steps people take. */
import { caseKeys, casePage } from '#shared/database/queries/portal-cases.ts';
import { may } from '#shared/model/access.ts';
import { CaseAnswer, CaseListItem, CaseQuery } from '#shared/model/api/case.ts';
import { listOf, PageQuery } from '#shared/model/api/common.ts';
import { listed, pageOf } from '../paging.ts';
import { ById, type Route, route } from '../route.ts';
import type { PortalParts } from '../parts.ts';
import { CaseClocks } from './clocks.ts';
import { presentCase } from './present.ts';
import { type CaseParts, readCase } from './read.ts';
import { stepRoutes } from './steps.ts';

export function caseRoutes(given: Omit<CaseParts, 'clocks'> & Pick<PortalParts, 'clock'>): Route[] {
  const { database, catalogue } = given;
  const clocks = new CaseClocks(given);
  const parts: CaseParts = { database, catalogue, clocks, clock: given.clock };
  return [
    route({
      method: 'get',
      path: '/cases',
      may: 'case.see',
      summary: 'Cases, the most urgent first; owner: an id, me or none',
      query: CaseQuery.extend(PageQuery.shape),
      answer: listOf(CaseListItem),
      act: async ({ who, query }) => {
        const keys = caseKeys(query.sort);
        const titles = may(who.role, 'case.internal');
        const filter = { ...query, titles, owner: query.owner === 'me' ? who.id : query.owner };
        const page = await casePage(database.kysely, { scope: who.scope, filter, keys, page: pageOf(query, keys) });
        const { plant } = await catalogue.now();
        const ticking = await clocks.of(
          who,
          page.items.map(({ id }) => id),
        );
        return listed(page, (row) => presentCase(row, plant, who, ticking.get(row.id)));
      },
    }),
    route({
      method: 'get',
      path: '/cases/{id}',
      may: 'case.see',
      summary: 'A case with its alarms, its timeline, and what I may do; ETag is its revision',
      params: ById,
      answer: CaseAnswer,
      act: async ({ who, params, res }) => {
        const whole = await readCase(parts, who, params.id);
        res.setHeader('etag', `"${whole.revision}"`);
        return whole;
      },
    }),
    ...stepRoutes(parts),
  ];
}
