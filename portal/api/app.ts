/** Builds the portal's Express app; never listens. The order of the lines is the way of a request. */
import express, { type Express } from 'express';
import { docsRoutes } from './docs/routes.ts';
import { healthRoutes } from './health.ts';
import { logged, measured } from './observe.ts';
import type { PortalParts } from './parts.ts';
import { problemHandler, unknownRoute } from './problems.ts';
import { apiRouter } from './router.ts';
import { allRoutes } from './routes.ts';
import { correlate, generalLimit, headers, passwordLimits, neverCached } from './security.ts';
import { webPages } from './web.ts';

export function createApp(parts: PortalParts): Express {
  const routes = allRoutes(parts);
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', parts.settings.trustProxy);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use(headers(), correlate, logged(parts.log), measured(parts.metrics));
  app.use(healthRoutes(parts));
  app.use('/api', neverCached, generalLimit(), docsRoutes(routes, parts));
  app.post(['/api/v1/session', '/api/v1/session/password'], ...passwordLimits());
  app.use('/api/v1', apiRouter(routes, parts));
  app.use('/api', unknownRoute);
  app.use(webPages(parts.webDist));
  app.use(unknownRoute);
  app.use(problemHandler(parts.log));
  return app;
}
