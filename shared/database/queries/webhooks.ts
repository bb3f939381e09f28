/** Programs that want to be told. */
import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { WebhookEvent } from '#shared/model/service/notification.ts';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { WebhookEndpointTable } from '../schema-service.ts';

/** Without the secret, which only the sender needs. */
export type Webhook = Omit<Selectable<WebhookEndpointTable>, 'secret' | 'removed_at'>;

export function webhooks(db: Queries): Promise<Webhook[]> {
  return db
    .selectFrom('webhook_endpoint')
    .select(['id', 'url', 'events', 'created_at', 'created_by'])
    .where('removed_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function addWebhook(
  tx: Transaction,
  added: {
    readonly url: string;
    readonly events: readonly WebhookEvent[];
    readonly secret: string;
    readonly by: string;
    readonly at: Date;
  },
): Promise<Webhook> {
  const { url, events, secret, by, at } = added;
  return tx
    .insertInto('webhook_endpoint')
    .values({ id: randomUUID(), url, events: json(events), secret, created_at: at, created_by: by, removed_at: null })
    .returning(['id', 'url', 'events', 'created_at', 'created_by'])
    .executeTakeFirstOrThrow();
}

/** What is on its way to it is given up. False where there is none. */
export async function removeWebhook(tx: Transaction, id: string, at: Date): Promise<boolean> {
  const removed = await tx
    .updateTable('webhook_endpoint')
    .set({ removed_at: at })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return removed.numUpdatedRows === 1n;
}
