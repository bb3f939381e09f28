/** The contract, for programs and for people; made of the table of routes at the first question. */
import { Router } from 'express';
import type { PortalParts } from '../parts.ts';
import type { Route } from '../route.ts';
import { asyncApi } from './asyncapi.ts';
import { openApi } from './openapi.ts';
import { docsPage } from './page.ts';

export function docsRoutes(
  routes: readonly Route[],
  { house, settings }: Pick<PortalParts, 'house' | 'settings'>,
): Router {
  const router = Router();
  const { version } = house;
  const contract = once(() => JSON.stringify(openApi(routes, version)));
  const topics = once(() => JSON.stringify(asyncApi(settings.mqttPrefix, version)));
  const page = once(() => docsPage(routes, version));
  router.get('/openapi.json', (_req, res) => void res.type('application/json').send(contract()));
  router.get('/asyncapi.json', (_req, res) => void res.type('application/json').send(topics()));
  router.get('/docs', (_req, res) => void res.type('html').send(page()));
  return router;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
