/** Makes Express routes of the table: who are you, may you, is it you, is it valid, act, and only then answer. */
import { type Request, type Response, Router } from 'express';
import { may } from '#shared/model/access.ts';
import { readBody } from './body.ts';
import type { PortalParts } from './parts.ts';
import { ProblemError } from './problems.ts';
import { type Context, type Route, WRITTEN } from './route.ts';
import { authenticate, refuseForgery } from './session/authenticate.ts';

export function apiRouter(routes: readonly Route[], parts: Pick<PortalParts, 'database' | 'clock'>): Router {
  const router = Router({ caseSensitive: true });
  for (const route of routes)
    router[route.method](expressPath(route.path), (req, res) => handle(route, parts, req, res));
  for (const [path, methods] of methodsByPath(routes)) {
    router.all(expressPath(path), (req, res) => {
      res.setHeader('allow', methods.join(', '));
      throw new ProblemError(
        'method-not-allowed',
        `${req.method} is not possible here; possible: ${methods.join(', ')}.`,
      );
    });
  }
  return router;
}

async function handle(
  route: Route,
  parts: Pick<PortalParts, 'database' | 'clock'>,
  req: Request,
  res: Response,
): Promise<void> {
  const now = parts.clock();
  res.locals['route'] = route.path;
  const identity = await authorise(route, parts, req, now);
  refuseForgery(req, identity.via);
  const body = route.body ? await readBody(req, res, route.takes ?? 'json') : undefined;
  const result = await route.run({ ...identity, params: req.params, query: req.query, body, now, req, res });
  if (route.answer === null || result === WRITTEN) return;
  if (result === undefined) res.status(204).end();
  else res.status(route.status ?? 200).json(result);
}

type Asking = Pick<Context, 'who' | 'via'>;

async function authorise(
  route: Route,
  parts: Pick<PortalParts, 'database'>,
  req: Request,
  now: number,
): Promise<Asking> {
  if (route.may === 'anyone') return { who: NOBODY, via: { kind: 'none' } };
  const identity = await authenticate(parts.database.kysely, req, now);
  if (!identity) throw new ProblemError('not-logged-in', 'Log in, or send a personal token that is still valid.');
  if (!may(identity.who.role, route.may)) {
    throw new ProblemError('forbidden', `The role ${identity.who.role} may not do this (${route.may}).`);
  }
  return identity;
}

/** Stands in routes that everybody may call; sees nothing. */
const NOBODY: Context['who'] = {
  id: '',
  login: '',
  name: '',
  role: 'customer',
  customer: null,
  language: 'de',
  timezone: 'UTC',
  scope: [],
};

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  return methods;
}
