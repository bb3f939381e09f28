/** Who is asking: a personal token, else a session's cookie, else nobody. */
import type { Request } from 'express';
import type { Queries } from '#shared/database/database.ts';
import { findSession } from '#shared/database/queries/sessions.ts';
import { findToken } from '#shared/database/queries/tokens.ts';
import type { Who } from '#shared/model/access.ts';
import { ProblemError } from '../problems.ts';
import type { Credential } from '../route.ts';
import { cookieOf } from './cookie.ts';
import { digestOf, sameSecret } from './secrets.ts';

export interface Identity {
  readonly who: Who;
  readonly via: Exclude<Credential, { kind: 'none' }>;
}

export async function authenticate(db: Queries, req: Request, now: number): Promise<Identity | undefined> {
  const { authorization } = req.headers;
  if (authorization !== undefined) return byToken(db, authorization, now);
  const secret = cookieOf(req);
  const session = secret === undefined ? undefined : await findSession(db, digestOf(secret), new Date(now));
  return session && { who: session.who, via: { kind: 'session', id: session.id, csrf: session.csrf } };
}

async function byToken(db: Queries, authorization: string, now: number): Promise<Identity | undefined> {
  const secret = /^Bearer +([\w.~+/-]{16,200}=*)$/i.exec(authorization)?.[1];
  const token = secret === undefined ? undefined : await findToken(db, digestOf(secret), new Date(now));
  return token && { who: token.who, via: { kind: 'token', id: token.id } };
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site made the browser send: a foreign Origin always, and with a cookie whatever does not carry the
 * session's CSRF token. Programs with a token are not concerned.
 */
export function refuseForgery(req: Request, via: Credential): void {
  if (SAFE.has(req.method) || via.kind === 'token') return;
  const { origin } = req.headers;
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === req.host)) {
    throw new ProblemError(
      'csrf',
      `The request comes from a page of another site, not of ${req.host}. A reverse proxy in front must keep Host, or TRUST_PROXY must name it.`,
    );
  }
  if (via.kind !== 'session') return;
  const given = req.get('x-csrf-token');
  if (given === undefined || !sameSecret(given, via.csrf)) {
    throw new ProblemError('csrf', 'Send the header x-csrf-token with the value from GET /api/v1/session.');
  }
}
