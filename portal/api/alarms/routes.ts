/** Alarms: breaches of rules, each with the numbers that decided. */
import { audit } from '#shared/database/queries/audit.ts';
import { ALARM_KEYS, alarmPage, alarmRow, shelveAlarm } from '#shared/database/queries/portal-alarms.ts';
import { AlarmAnswer, AlarmQuery, ShelveBody } from '#shared/model/api/case.ts';
import { listOf, PageQuery } from '#shared/model/api/common.ts';
import { listed, pageOf } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { invalid, notFound, ProblemError } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { presentAlarm } from './present.ts';

/** An alarm that is set aside for longer is a rule to be changed. */
const LONGEST_DAYS = 30;

export function alarmRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/alarms',
      may: 'alarm.see',
      summary: 'Alarms, newest first; active=true: those that stand now',
      query: AlarmQuery.extend(PageQuery.shape),
      answer: listOf(AlarmAnswer),
      act: async ({ who, query }) => {
        const page = await alarmPage(database.kysely, who.scope, query, pageOf(query, ALARM_KEYS));
        return listed(page, (row) => presentAlarm(row, who));
      },
    }),
    route({
      method: 'post',
      path: '/alarms/{id}/shelve',
      may: 'alarm.shelve',
      summary: 'Sets a standing alarm aside until a time, with a reason; it does not count for the condition meanwhile',
      params: ById,
      body: ShelveBody,
      answer: AlarmAnswer,
      act: async ({ who, params, body, now }) => {
        const until = new Date(body.until);
        if (until.getTime() <= now) throw invalid([{ path: 'body.until', message: 'lies in the past' }]);
        if (until.getTime() > now + LONGEST_DAYS * 86_400_000) {
          throw invalid([
            { path: 'body.until', message: `is more than ${LONGEST_DAYS} days away: change the rule instead` },
          ]);
        }
        await database.transaction(async (tx) => {
          const alarm = await alarmRow(tx, who.scope, params.id);
          if (!alarm) throw notFound('alarm', params.id);
          if (alarm.cleared_at) {
            throw new ProblemError('conflict', 'The alarm has cleared already.', {
              extra: { current: presentAlarm(alarm, who) },
            });
          }
          const at = new Date(now);
          await audit(tx, { actor: who.id, action: 'alarm.shelved', subject: alarm.id, detail: body }, at);
          await shelveAlarm(tx, alarm, { until, reason: body.reason, who: who.id, at });
        });
        const shelved = await alarmRow(database.kysely, who.scope, params.id);
        if (!shelved) throw notFound('alarm', params.id);
        return presentAlarm(shelved, who);
      },
    }),
  ];
}
