/** What was sent to people and programs, and what could not be. */
import { audit } from '#shared/database/queries/audit.ts';
import { DELIVERY_KEYS, type DeliveryRow, deliveryPage, retryDelivery } from '#shared/database/queries/deliveries.ts';
import { listOf, PageQuery } from '#shared/model/api/common.ts';
import { DeliveryAnswer, DeliveryQuery } from '#shared/model/api/notification.ts';
import { listed, pageOf } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { notFound, ProblemError } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { iso } from '../times.ts';

export function deliveryRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  const one = async (id: string) => {
    const { items } = await deliveryPage(database.kysely, { id }, { limit: 1, after: undefined });
    if (!items[0]) throw notFound('delivery', id);
    return present(items[0]);
  };
  return [
    route({
      method: 'get',
      path: '/deliveries',
      may: 'delivery.see',
      summary: 'Mails and webhooks, newest first; state=dead: given up, state=kept: written, not sent',
      query: DeliveryQuery.extend(PageQuery.shape),
      answer: listOf(DeliveryAnswer),
      act: async ({ query }) =>
        listed(await deliveryPage(database.kysely, { state: query.state }, pageOf(query, DELIVERY_KEYS)), present),
    }),
    route({
      method: 'post',
      path: '/deliveries/{id}/retry',
      may: 'delivery.see',
      summary: 'Sends once more what was given up or kept',
      params: ById,
      answer: DeliveryAnswer,
      act: async ({ who, params, now }) => {
        const { state } = await one(params.id);
        await database.transaction(async (tx) => {
          if (!(await retryDelivery(tx, params.id, new Date(now))))
            throw new ProblemError('conflict', `It is ${state}: only what was given up or kept is sent once more.`);
          await audit(tx, { actor: who.id, action: 'delivery.retried', subject: params.id }, new Date(now));
        });
        return one(params.id);
      },
    }),
  ];
}

function present(row: DeliveryRow) {
  const { id, channel, content, state, attempts, created_at, next_at, ended_at, error } = row;
  return {
    id,
    channel,
    to: row.account_name ?? row.url ?? '',
    about: 'subject' in content ? content.subject : content.type,
    state,
    attempts,
    createdAt: created_at.toISOString(),
    nextAt: iso(next_at),
    endedAt: iso(ended_at),
    error,
  };
}
