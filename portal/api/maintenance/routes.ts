/** Maintenance windows: while one holds the machine is C and its alarms wait. */
import { audit } from '#shared/database/queries/audit.ts';
import {
  changeWindow,
  endWindow,
  planWindow,
  WINDOW_KEYS,
  windowPage,
  windowRow,
} from '#shared/database/queries/maintenance.ts';
import type { Who } from '#shared/model/access.ts';
import {
  MaintenanceAnswer,
  MaintenanceBody,
  MaintenanceList,
  MaintenanceQuery,
} from '#shared/model/api/maintenance.ts';
import { PageQuery } from '#shared/model/api/common.ts';
import { revisionOf } from '../if-match.ts';
import { listed, pageOf } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { notFound, ProblemError } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { presentWindow } from './present.ts';
import { readWindow } from './read-body.ts';

export function maintenanceRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  const db = database.kysely;
  const read = async (who: Who, id: string, now: number): Promise<MaintenanceAnswer> => {
    const row = await windowRow(db, who.scope, id);
    if (!row) throw notFound('maintenance window', id);
    return presentWindow(row, who, now);
  };
  return [
    route({
      method: 'get',
      path: '/maintenance',
      may: 'maintenance.see',
      summary: 'Maintenance windows: what holds or comes next first, what is over last',
      query: MaintenanceQuery.extend(PageQuery.shape),
      answer: MaintenanceList,
      act: async ({ who, query, now }) => {
        const page = await windowPage(db, who.scope, query, pageOf(query, WINDOW_KEYS));
        return listed(page, (row) => presentWindow(row, who, now));
      },
    }),
    route({
      method: 'post',
      path: '/maintenance',
      may: 'maintenance.plan',
      summary:
        'Plans maintenance of a machine, of a customer or of one of its sites: once, or recurring by an RFC 5545 rule',
      status: 201,
      body: MaintenanceBody,
      answer: MaintenanceAnswer,
      act: async ({ who, body, now }) => {
        const planned = await readWindow(db, who, body, now);
        const at = new Date(now);
        const id = await database.transaction(async (tx) => {
          const made = await planWindow(tx, planned, { who: who.id, at });
          await audit(tx, { actor: who.id, action: 'maintenance.planned', subject: made, detail: body }, at);
          return made;
        });
        return read(who, id, now);
      },
    }),
    route({
      method: 'get',
      path: '/maintenance/{id}',
      may: 'maintenance.see',
      summary: 'A maintenance window with its next occurrences',
      params: ById,
      answer: MaintenanceAnswer,
      act: ({ who, params, now }) => read(who, params.id, now),
    }),
    route({
      method: 'put',
      path: '/maintenance/{id}',
      may: 'maintenance.plan',
      summary:
        'Changes a maintenance window; what holds by the old plan alone ends, and what still stands then is raised',
      locks: true,
      params: ById,
      body: MaintenanceBody,
      answer: MaintenanceAnswer,
      act: async ({ who, params: { id }, body, now, req }) => {
        const row = await windowRow(db, who.scope, id);
        if (!row) throw notFound('maintenance window', id);
        const revision = revisionOf(req.headers['if-match']) ?? row.revision;
        const planned = await readWindow(db, who, body, now);
        const at = new Date(now);
        const done = await database.transaction(async (tx) => {
          if (!(await changeWindow(tx, { id, revision }, planned, { who: who.id, at }))) return false;
          await audit(tx, { actor: who.id, action: 'maintenance.changed', subject: id, detail: body }, at);
          return true;
        });
        const current = await read(who, id, now);
        if (done) return current;
        const why = current.endedAt ? 'The window was ended.' : 'Somebody changed the window since you read it.';
        throw new ProblemError('conflict', why, { extra: { current } });
      },
    }),
    route({
      method: 'post',
      path: '/maintenance/{id}/end',
      may: 'maintenance.plan',
      summary: 'Ends a maintenance window for good, at once; what still stands is raised',
      params: ById,
      answer: MaintenanceAnswer,
      act: async ({ who, params: { id }, now }) => {
        if (!(await windowRow(db, who.scope, id))) throw notFound('maintenance window', id);
        const at = new Date(now);
        await database.transaction(async (tx) => {
          if (!(await endWindow(tx, id, { who: who.id, at }))) return;
          await audit(tx, { actor: who.id, action: 'maintenance.ended', subject: id }, at);
        });
        return read(who, id, now);
      },
    }),
  ];
}
