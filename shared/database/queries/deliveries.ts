/** Messages on their way, each written in the transaction of what it tells of, and sent until it arrives. */
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';
import type { DeliveryContent, DeliveryState, DeliveryTable } from '../schema-service.ts';
import {
  cut,
  every,
  follows,
  keyColumns,
  numberKey,
  type OrderKey,
  orderBy,
  type Page,
  type Paged,
  textKey,
} from './portal-page.ts';

export type Delivery = Selectable<DeliveryTable>;

export type NewDelivery = {
  /** What it tells of: written once a receiver. */
  readonly source: string;
  readonly content: DeliveryContent;
  readonly at: Date;
  /** kept: written, not sent; `why` says why not. */
  readonly state: 'waiting' | 'kept';
  readonly why?: string;
} & (
  | { readonly channel: 'mail'; readonly account: string }
  | { readonly channel: 'webhook'; readonly endpoint: string }
);

/** Answers its id; undefined where the receiver was told of the source before. */
export async function addDelivery(tx: Transaction, added: NewDelivery): Promise<string | undefined> {
  const { source, content, at, state, why, channel } = added;
  const row = await tx
    .insertInto('delivery')
    .values({
      id: randomUUID(),
      channel,
      account: channel === 'mail' ? added.account : null,
      endpoint: channel === 'webhook' ? added.endpoint : null,
      source,
      content: json(content),
      state,
      created_at: at,
      next_at: state === 'waiting' ? at : null,
      ended_at: state === 'waiting' ? null : at,
      error: why ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** Mails written to the person since then, tests aside. */
export async function mailsSince(db: Queries, account: string, since: Date): Promise<number> {
  const row = await db
    .selectFrom('delivery')
    .select((e) => e.fn.countAll<number>().as('mails'))
    .where('account', '=', account)
    .where('created_at', '>', since)
    .where('source', 'not like', 'test:%')
    .executeTakeFirst();
  return row?.mails ?? 0;
}

/** A message with all that is needed to send it. */
export interface Outgoing {
  readonly id: string;
  readonly channel: 'mail' | 'webhook';
  readonly content: DeliveryContent;
  /** From 1. */
  readonly attempt: number;
  readonly email: string | null;
  readonly url: string | null;
  readonly secret: string | null;
}

/** Takes messages that are due; nobody else gets them before `until`, so that a process that ends meanwhile loses none. */
export async function takeDeliveries(
  tx: Transaction,
  now: Date,
  until: Date,
  limit: number,
): Promise<readonly Outgoing[]> {
  const { rows } = await sql<Outgoing>`
    with taken as (
      update delivery set attempts = attempts + 1, next_at = ${until}
      where id in (
        select id from delivery where state = 'waiting' and next_at <= ${now} order by next_at limit ${limit} for update skip locked
      ) returning *
    )
    select taken.id, taken.channel, taken.content, taken.attempts as attempt, account.email,
      endpoint.url, endpoint.secret
    from taken
      left join account on account.id = taken.account and account.disabled_at is null
      left join webhook_endpoint as endpoint on endpoint.id = taken.endpoint and endpoint.removed_at is null
    order by taken.created_at, taken.id`.execute(tx);
  return rows;
}

/** `nextAt`: tried again then; else it is over. */
export async function endDelivery(
  db: Queries,
  id: string,
  end: {
    readonly state: DeliveryState;
    readonly at: Date;
    readonly nextAt: Date | null;
    readonly error: string | null;
  },
): Promise<void> {
  const { state, at, nextAt, error } = end;
  await db
    .updateTable('delivery')
    .set({ state, next_at: nextAt, ended_at: nextAt === null ? at : null, error })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

/** Sends it once more, from the first attempt; false where there is none such that was given up or kept. */
export async function retryDelivery(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const retried = await tx
    .updateTable('delivery')
    .set({ state: 'waiting', attempts: 0, next_at: now, ended_at: null })
    .where('id', '=', id)
    .where('state', 'in', ['dead', 'kept'])
    .executeTakeFirst();
  return retried.numUpdatedRows === 1n;
}

export interface DeliveryRow extends Delivery {
  readonly account_name: string | null;
  readonly url: string | null;
}

/** Newest first. */
export const DELIVERY_KEYS: readonly OrderKey[] = [
  numberKey(sql`-extract(epoch from delivery.created_at)`),
  textKey(sql`delivery.id`),
];

export async function deliveryPage(
  db: Queries,
  filter: { readonly state?: DeliveryState | undefined; readonly id?: string },
  page: Page,
): Promise<Paged<DeliveryRow>> {
  const { state, id } = filter;
  const where = every(
    state === undefined ? undefined : sql`delivery.state = ${state}`,
    id === undefined ? undefined : sql`delivery.id = ${id}`,
  );
  const { rows } = await sql<DeliveryRow>`
    select delivery.*, account.name as account_name, endpoint.url, ${keyColumns(DELIVERY_KEYS)}
    from delivery
      left join account on account.id = delivery.account
      left join webhook_endpoint as endpoint on endpoint.id = delivery.endpoint
    where ${every(where, follows(DELIVERY_KEYS, page.after))}
    order by ${orderBy(DELIVERY_KEYS)} limit ${page.limit + 1}`.execute(db);
  const counted = await sql<{ total: number }>`select count(*) as total from delivery where ${where}`.execute(db);
  return { ...cut(rows, page.limit, DELIVERY_KEYS), total: counted.rows[0]?.total ?? 0 };
}

/** The newest mail to the person. */
export function lastMail(db: Queries, account: string): Promise<Delivery | undefined> {
  return db
    .selectFrom('delivery')
    .selectAll()
    .where('account', '=', account)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}
