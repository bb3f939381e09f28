/** The session's cookie: unreadable for scripts, never sent from other sites. */
import type { CookieOptions, Request, Response } from 'express';
import { SESSION_MS } from '#shared/database/queries/sessions.ts';

const COOKIE = 'leitwarte_session';

/** The secret a request carries, if any. */
export function cookieOf(req: Request): string | undefined {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === COOKIE) return pair.slice(at + 1).trim() || undefined;
  }
  return undefined;
}

export function setCookie(req: Request, res: Response, secret: string): void {
  res.cookie(COOKIE, secret, { ...options(req), maxAge: SESSION_MS });
}

export function clearCookie(req: Request, res: Response): void {
  res.clearCookie(COOKIE, options(req));
}

function options(req: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', secure: req.secure, path: '/' };
}
