/** Customers, for those who look after them. */
import { customerKeys, customerPage } from '#shared/database/queries/portal-people.ts';
import { listOf, PageQuery } from '#shared/model/api/common.ts';
import { CustomerAnswer } from '#shared/model/api/session.ts';
import { listed, pageOf } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { type Route, route } from '../route.ts';

export function customerRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/customers',
      may: 'customer.see',
      summary: 'Customers with the number of their machines and open cases, premium first',
      query: PageQuery,
      answer: listOf(CustomerAnswer),
      act: async ({ who, query }) => {
        const keys = customerKeys(who.language);
        const page = await customerPage(database.kysely, who.scope, keys, pageOf(query, keys));
        return listed(page, ({ id, name, tier, machines, open_cases }) => ({
          id,
          name,
          tier,
          machines,
          openCases: open_cases,
        }));
      },
    }),
  ];
}
