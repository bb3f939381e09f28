/** Business calendars. They are part of the promises, so each change makes a version of those. */
import { latestVersion } from '#shared/database/queries/service-versions.ts';
import { z } from 'zod';
import { Id, listOf, Nothing } from '#shared/model/api/common.ts';
import { CalendarAnswer, CalendarBody } from '#shared/model/api/service.ts';
import { ALWAYS_ID, type BusinessCalendar, calendarProblems, WEEKDAYS } from '#shared/model/service/calendar.ts';
import type { PortalParts } from '../parts.ts';
import { notFound, ProblemError } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { writeVersion } from '../versions.ts';

export function calendarRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/calendars',
      may: 'service.see',
      summary: `Business calendars; beside them there is "${ALWAYS_ID}", open day and night`,
      answer: listOf(CalendarAnswer),
      act: async () => {
        const { content } = await latestVersion(database.kysely, 'service_policy');
        return { items: content.calendars.map(present), next: null, total: content.calendars.length };
      },
    }),
    route({
      method: 'put',
      path: '/calendars/{id}',
      may: 'service.change',
      summary: 'Makes or changes a calendar, for cases opened from now on; If-Match is the version of GET /sla',
      locks: true,
      params: z.object({ id: Id }),
      body: CalendarBody,
      answer: CalendarAnswer,
      act: async (context) => {
        const calendar: BusinessCalendar = { id: context.params.id, ...context.body };
        await writeVersion(database, context, {
          table: 'service_policy',
          action: 'calendar.changed',
          make: (before) => ({ ...before, calendars: [...others(before.calendars, calendar.id), calendar] }),
          problems: async () => calendarProblems(calendar),
        });
        return present(calendar);
      },
    }),
    route({
      method: 'delete',
      path: '/calendars/{id}',
      may: 'service.change',
      summary: 'Removes a calendar that no promise counts by any more',
      locks: true,
      params: ById,
      answer: Nothing,
      act: async (context) => {
        const { id } = context.params;
        await writeVersion(database, context, {
          table: 'service_policy',
          action: 'calendar.removed',
          make: (before) => {
            if (before.calendars.every((calendar) => calendar.id !== id)) throw notFound('calendar', id);
            if ([...before.targets, ...before.escalation].some(({ calendar }) => calendar === id))
              throw new ProblemError('conflict', `Promises or escalation count by "${id}": change PUT /sla first.`);
            return { ...before, calendars: others(before.calendars, id) };
          },
          problems: async () => [],
        });
      },
    }),
  ];
}

function others(calendars: readonly BusinessCalendar[], id: string): readonly BusinessCalendar[] {
  return calendars.filter((calendar) => calendar.id !== id);
}

function present({ id, name, timezone, land, hours, daysOff }: BusinessCalendar) {
  const week = WEEKDAYS.flatMap((weekday) => (hours[weekday] ? [[weekday, [...hours[weekday]]] as const] : []));
  return { id, name, timezone, land, hours: Object.fromEntries(week), daysOff: [...daysOff] };
}
