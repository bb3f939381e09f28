/** Programs that are told what happens to cases, signed by Standard Webhooks. */
import { randomBytes, randomUUID } from 'node:crypto';
import { audit } from '#shared/database/queries/audit.ts';
import { addDelivery } from '#shared/database/queries/deliveries.ts';
import { addWebhook, removeWebhook, type Webhook, webhooks } from '#shared/database/queries/webhooks.ts';
import { listOf, Nothing } from '#shared/model/api/common.ts';
import { WebhookAnswer, WebhookBody, WebhookSecret } from '#shared/model/api/notification.ts';
import { isAddress, isPublicAddress } from '#shared/model/service/public-address.ts';
import type { PortalParts } from '../parts.ts';
import { invalid, notFound, ProblemError } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';

/** Each is told of every case. */
const MOST = 50;

export function webhookRoutes({ database, settings }: Pick<PortalParts, 'database' | 'settings'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/webhooks',
      may: 'webhook.change',
      summary: 'Programs that are told, without their secrets',
      answer: listOf(WebhookAnswer),
      act: async () => {
        const items = (await webhooks(database.kysely)).map(present);
        return { items, next: null, total: items.length };
      },
    }),
    route({
      method: 'post',
      path: '/webhooks',
      may: 'webhook.change',
      summary: 'Tells a program from now on; the secret that signs (Standard Webhooks) is shown this once',
      status: 201,
      body: WebhookBody,
      answer: WebhookSecret,
      act: async ({ who, body, now }) => {
        const problem = urlProblem(body.url, settings.webhookInner);
        if (problem !== undefined) throw invalid([{ path: 'body.url', message: problem }]);
        const secret = `whsec_${randomBytes(32).toString('base64')}`;
        const at = new Date(now);
        const made = await database.transaction(async (tx) => {
          if ((await webhooks(tx)).length >= MOST)
            throw new ProblemError('conflict', `There are ${MOST} webhooks: delete one first.`);
          const events = [...new Set(body.events)];
          const webhook = await addWebhook(tx, { url: body.url, events, secret, by: who.id, at });
          const host = new URL(body.url).host;
          await audit(tx, { actor: who.id, action: 'webhook.made', subject: webhook.id, detail: { host, events } }, at);
          return webhook;
        });
        return { ...present(made), secret };
      },
    }),
    route({
      method: 'delete',
      path: '/webhooks/{id}',
      may: 'webhook.change',
      summary: 'Tells it no more, not even what is on its way',
      params: ById,
      answer: Nothing,
      act: async ({ who, params, now }) => {
        const at = new Date(now);
        await database.transaction(async (tx) => {
          if (!(await removeWebhook(tx, params.id, at))) throw notFound('webhook', params.id);
          await audit(tx, { actor: who.id, action: 'webhook.removed', subject: params.id }, at);
        });
      },
    }),
    route({
      method: 'post',
      path: '/webhooks/{id}/test',
      may: 'webhook.change',
      summary: 'Sends it a message of the type test',
      params: ById,
      answer: Nothing,
      act: async ({ who, params, now }) => {
        const at = new Date(now);
        await database.transaction(async (tx) => {
          if ((await webhooks(tx)).every(({ id }) => id !== params.id)) throw notFound('webhook', params.id);
          const content = { type: 'test', timestamp: at.toISOString(), data: { by: who.name } };
          const source = `test:${randomUUID()}`;
          await addDelivery(tx, { channel: 'webhook', endpoint: params.id, source, content, at, state: 'waiting' });
        });
      },
    }),
  ];
}

function present({ id, url, events, created_at }: Webhook) {
  return { id, url, events: [...events], createdAt: created_at.toISOString() };
}

/** Why it cannot be told; names are looked up only when it is, and may lead to a refusal then. */
function urlProblem(text: string, inner: boolean): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'is no address of the form https://host/path';
  if (url.username !== '' || url.password !== '') return 'holds a password: what is sent is signed instead';
  if (inner) return undefined;
  if (url.protocol !== 'https:') return 'has no TLS: only https:// is allowed (setting WEBHOOK_INNER)';
  const local = /(^|\.)localhost$/.test(url.hostname) || (isAddress(url.hostname) && !isPublicAddress(url.hostname));
  return local ? 'lies in an inner network: only public addresses are allowed (setting WEBHOOK_INNER)' : undefined;
}
