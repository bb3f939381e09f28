/** What happens by the calendar: when it did last, whether it went well, when it is due again. */
import { type JobState, jobStates } from '#shared/database/queries/jobs.ts';
import { listOf } from '#shared/model/api/common.ts';
import { JobAnswer } from '#shared/model/api/service.ts';
import type { PortalParts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { iso } from '../times.ts';

export function jobRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/jobs',
      may: 'delivery.see',
      summary: 'Jobs by the calendar, each with its last run',
      answer: listOf(JobAnswer),
      act: async () => {
        const items = (await jobStates(database.kysely)).map(present);
        return { items, next: null, total: items.length };
      },
    }),
  ];
}

function present({ name, cron, timezone, next_at, holder, failures, last }: JobState) {
  return {
    name,
    cron,
    timezone,
    nextAt: next_at.toISOString(),
    runningSince: holder === null ? null : iso(last?.started_at ?? null),
    failures,
    last: last && {
      dueAt: last.due_at.toISOString(),
      attempt: last.attempt,
      startedAt: last.started_at.toISOString(),
      finishedAt: iso(last.finished_at),
      done: last.done,
      error: last.error,
    },
  };
}
