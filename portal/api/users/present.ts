/** What leaves of a person, field by field; never a hash. */
import type { UserRow } from '#shared/database/queries/portal-people.ts';
import type { UserAnswer } from '#shared/model/api/session.ts';

export function presentUser(row: UserRow): UserAnswer {
  const { id, login, name, role, customer, assigned, email, language, timezone } = row;
  return { id, login, name, role, customer, assigned, email, language, timezone, disabled: row.disabled_at !== null };
}
