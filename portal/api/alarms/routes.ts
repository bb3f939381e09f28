/** Alarms: breaches of rules, each with the numbers that decided. */
import { ALARM_KEYS, alarmPage, alarmRow } from '#shared/database/queries/portal-alarms.ts';
import { AlarmList, AlarmQuery } from '#shared/model/api/alarm.ts';
import { AlarmAnswer } from '#shared/model/api/case.ts';
import { PageQuery } from '#shared/model/api/common.ts';
import { listed, pageOf } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { notFound } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { presentAlarm } from './present.ts';
import { alarmStepRoutes } from './steps.ts';

export function alarmRoutes(parts: Pick<PortalParts, 'database'>): Route[] {
  const { database } = parts;
  return [
    route({
      method: 'get',
      path: '/alarms',
      may: 'alarm.see',
      summary:
        'Alarms, newest first; active=true: those that stand now; suppressed=true: those shelved, in maintenance or gathered in a flood',
      query: AlarmQuery.extend(PageQuery.shape),
      answer: AlarmList,
      act: async ({ who, query, now }) => {
        const page = await alarmPage(database.kysely, who.scope, query, pageOf(query, ALARM_KEYS));
        return { ...listed(page, (row) => presentAlarm(row, who, now)), suppressed: page.suppressed };
      },
    }),
    route({
      method: 'get',
      path: '/alarms/{id}',
      may: 'alarm.see',
      summary: 'One alarm',
      params: ById,
      answer: AlarmAnswer,
      act: async ({ who, params, now }) => {
        const row = await alarmRow(database.kysely, who.scope, params.id);
        if (!row) throw notFound('alarm', params.id);
        return presentAlarm(row, who, now);
      },
    }),
    ...alarmStepRoutes(parts),
  ];
}
