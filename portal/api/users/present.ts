/** What leaves of a person and of the audit, field by field; never a hash. */
import type { AuditRow, UserRow } from '#shared/database/queries/portal-people.ts';
import type { AuditAnswer, UserAnswer } from '#shared/model/api/session.ts';

export function presentUser(row: UserRow): UserAnswer {
  const { id, login, name, role, customer, assigned, email, language, timezone } = row;
  return { id, login, name, role, customer, assigned, email, language, timezone, disabled: row.disabled_at !== null };
}

export function presentAudit({ at, actor, actor_name, action, subject, detail }: AuditRow): AuditAnswer {
  return {
    at: at.toISOString(),
    actor: actor === null ? null : { id: actor, name: actor_name ?? actor },
    action,
    subject,
    detail: detail ?? null,
  };
}
