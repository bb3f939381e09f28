/** What people are to be told. Each row goes out in one message, alone or with others. */
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { NoticeKind } from '#shared/model/service/notification.ts';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { NotificationTable } from '../schema-service.ts';

export type Notification = Selectable<NotificationTable>;

export interface NewNotification {
  readonly account: string;
  readonly kind: NoticeKind;
  readonly caseId: string | null;
  /** What it tells of: told once. */
  readonly source: string;
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly mode: 'alone' | 'digest';
  readonly holdUntil: Date;
}

export async function addNotifications(tx: Transaction, added: readonly NewNotification[]): Promise<void> {
  if (added.length === 0) return;
  await tx
    .insertInto('notification')
    .values(
      added.map(({ caseId, holdUntil, detail, ...plain }) => ({
        ...plain,
        id: randomUUID(),
        case_id: caseId,
        hold_until: holdUntil,
        detail: json(detail),
        delivery: null,
      })),
    )
    .onConflict((conflict) => conflict.columns(['source', 'account']).doNothing())
    .execute();
}

/** People for whom something is due, the longest waiting first. */
export async function accountsToTell(db: Queries, now: Date, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('notification')
    .select('account')
    .where('delivery', 'is', null)
    .where('hold_until', '<=', now)
    .groupBy('account')
    .orderBy(sql`min(hold_until)`)
    .limit(limit)
    .execute();
  return rows.map(({ account }) => account);
}

/** Whoever writes to this person does so one after the other, until the transaction ends. */
export async function lockAccount(tx: Transaction, account: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`leitwarte mail ${account}`}, 0))`.execute(tx);
}

/** Everything the person has not been told, oldest first. */
export function waitingFor(tx: Transaction, account: string): Promise<Notification[]> {
  return tx
    .selectFrom('notification')
    .selectAll()
    .where('account', '=', account)
    .where('delivery', 'is', null)
    .orderBy('at')
    .orderBy('source')
    .execute();
}

export async function setDelivery(tx: Transaction, ids: readonly string[], delivery: string): Promise<void> {
  await tx
    .updateTable('notification')
    .set({ delivery })
    .where('id', 'in', [...ids])
    .execute();
}

/** Puts them into the next digest. */
export async function gather(tx: Transaction, ids: readonly string[], holdUntil: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('notification')
    .set({ mode: 'digest', hold_until: holdUntil })
    .where('id', 'in', [...ids])
    .execute();
}

/** Tests the person asked for since then. */
export async function testsSince(db: Queries, account: string, since: Date): Promise<number> {
  const row = await db
    .selectFrom('notification')
    .select((e) => e.fn.countAll<number>().as('tests'))
    .where('account', '=', account)
    .where('kind', '=', 'test')
    .where('at', '>', since)
    .executeTakeFirst();
  return row?.tests ?? 0;
}
