/** What the log-in page may know before anybody logged in, and how the house itself is. */
import { houseCounts, latestHouseAlarms, stageReports, standingHouseAlarms } from '#shared/database/queries/house.ts';
import { HouseChainAnswer, HouseTroubleAnswer } from '#shared/model/api/house.ts';
import { HouseAnswer } from '#shared/model/api/session.ts';
import type { PortalParts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { presentChain } from './present.ts';

const ALARMS_SHOWN = 20;

export function houseRoutes({
  house,
  database,
  settings,
  clock,
}: Pick<PortalParts, 'house' | 'database' | 'settings' | 'clock'>): Route[] {
  const watchingSince = clock();
  return [
    route({
      method: 'get',
      path: '/house',
      may: 'anyone',
      summary: 'Version, and in the demo the people one can log in as',
      answer: HouseAnswer,
      act: () => house,
    }),
    route({
      method: 'get',
      path: '/house/chain',
      may: 'house.see',
      summary: 'The way of the messages: how far each stage has come, what waits, and what stands still',
      answer: HouseChainAnswer,
      act: async ({ now }) =>
        presentChain({
          reports: await stageReports(database.kysely),
          alarms: await latestHouseAlarms(database.kysely, ALARMS_SHOWN),
          counts: await houseCounts(database.kysely),
          limits: { limitMs: settings.heartbeatLimit, watchingSince },
          now,
        }),
    }),
    route({
      method: 'get',
      path: '/house/trouble',
      may: 'house.trouble',
      summary: 'What of the house stands still now, and since when',
      answer: HouseTroubleAnswer,
      act: async () => ({
        items: (await standingHouseAlarms(database.kysely)).map(({ id, what, since }) => ({
          id,
          what,
          since: since.toISOString(),
        })),
      }),
    }),
  ];
}
