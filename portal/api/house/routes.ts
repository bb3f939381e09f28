/** What the log-in page may know before anybody logged in. */
import { HouseAnswer } from '#shared/model/api/session.ts';
import type { PortalParts } from '../parts.ts';
import { type Route, route } from '../route.ts';

export function houseRoutes({ house }: Pick<PortalParts, 'house'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/house',
      may: 'anyone',
      summary: 'Version, and in the demo the people one can log in as',
      answer: HouseAnswer,
      act: () => house,
    }),
  ];
}
