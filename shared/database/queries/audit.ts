/** Who did what, append-only. Never carries a secret. */
import { json } from '../json.ts';
import type { Queries } from '../database.ts';

export type AuditAction =
  | 'session.opened'
  | 'session.refused'
  | 'session.ended'
  | 'token.made'
  | 'token.removed'
  | 'plant.imported'
  | 'rules.imported'
  | 'rule.changed'
  | 'rule.removed'
  | 'rule.mode'
  | 'rule.rolled-back'
  | 'alarm.acknowledged'
  | 'alarm.shelved'
  | 'alarm.unshelved'
  | 'maintenance.planned'
  | 'maintenance.changed'
  | 'maintenance.ended'
  | 'credentials.made'
  | 'credentials.revoked'
  | 'credentials.ended'
  | 'user.added'
  | 'user.changed'
  | 'sla.changed'
  | 'calendar.changed'
  | 'calendar.removed'
  | 'duty.changed'
  | 'webhook.made'
  | 'webhook.removed'
  | 'delivery.retried'
  | 'backup.made'
  | 'backup.restored';

export interface AuditEntry {
  /** Account; null: nobody who logged in. */
  readonly actor: string | null;
  readonly action: AuditAction;
  /** What it was done to: an id. */
  readonly subject?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export async function audit(db: Queries, entry: AuditEntry, now: Date): Promise<void> {
  const { actor, action, subject, detail } = entry;
  await db
    .insertInto('audit')
    .values({ at: now, actor, action, subject: subject ?? null, detail: detail ? json<object>(detail) : null })
    .execute();
}
