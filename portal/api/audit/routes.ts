/** Who did what. */
import { AUDIT_KEYS, type AuditRow, auditPage, checkAudit } from '#shared/database/queries/audit-page.ts';
import { AuditAnswer, AuditCheckAnswer, AuditQuery } from '#shared/model/api/audit.ts';
import { listOf } from '#shared/model/api/common.ts';
import { listed, pageOf } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { iso } from '../times.ts';

export function auditRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/audit',
      may: 'audit.see',
      summary: 'Who did what, newest first; action=session: all of a kind, actor=none: nobody who was logged in',
      query: AuditQuery,
      answer: listOf(AuditAnswer),
      act: async ({ query }) => {
        const { actor, action, subject, q, from, to } = query;
        const filter = { actor, action, subject, q, from: dateOf(from), to: dateOf(to) };
        return listed(await auditPage(database.kysely, filter, pageOf(query, AUDIT_KEYS)), present);
      },
    }),
    route({
      method: 'get',
      path: '/audit/check',
      may: 'audit.see',
      summary: 'Whether every entry is as it was written and none is missing between them',
      answer: AuditCheckAnswer,
      act: async () => {
        const { entries, since, broken } = await checkAudit(database.kysely);
        return { entries, since: iso(since), broken: broken && { id: broken.id, at: broken.at.toISOString() } };
      },
    }),
  ];
}

function dateOf(time: string | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

/** Every field that leaves; never a hash. */
function present({ id, at, actor, actor_name, action, subject, subject_name, detail }: AuditRow): AuditAnswer {
  return {
    id,
    at: at.toISOString(),
    actor: actor === null ? null : { id: actor, name: actor_name ?? actor },
    action,
    subject,
    subjectName: subject_name,
    detail: detail ?? null,
  };
}
