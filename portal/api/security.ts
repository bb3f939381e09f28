/** What every answer carries and every request must pass: headers, correlation id, limits. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { readBody } from './body.ts';
import { ProblemError } from './problems.ts';
import { cookieOf } from './session/cookie.ts';
import { digestOf } from './session/secrets.ts';

/** Everything from this house alone; Mantine sets styles at runtime, so styles may stand inline. */
const POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    scriptSrcAttr: ["'none'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/** helmet's headers; Strict-Transport-Security is sent over https alone, where browsers heed it. */
export function headers(): RequestHandler {
  return helmet({
    contentSecurityPolicy: POLICY,
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  });
}

/** Each answer has an id of its own, which problems and the log repeat. */
export const correlate: RequestHandler = (_req, res, next) => {
  res.setHeader('x-request-id', randomUUID());
  next();
};

/** What the API says is for this person and this moment. */
export const neverCached: RequestHandler = (_req, res, next) => {
  res.setHeader('cache-control', 'no-store');
  next();
};

const MINUTE_MS = 60_000;

/** Generous: a busy desk with several people behind one address stays far below. */
export function generalLimit(): RequestHandler {
  return limit({ windowMs: MINUTE_MS, limit: 6000, keyGenerator: addressOf });
}

/** Wrong passwords: 10 a person and address (or a session, where one changes it), 100 an address, in 15 minutes. */
export function passwordLimits(): RequestHandler[] {
  const failed = { windowMs: 15 * MINUTE_MS, skipSuccessfulRequests: true };
  const readFirst: RequestHandler = async (req, res, next) => {
    await readBody(req, res, 'json');
    next();
  };
  return [
    readFirst,
    limit({ ...failed, limit: 100, keyGenerator: addressOf }),
    limit({ ...failed, limit: 10, keyGenerator: (req) => `${addressOf(req)} ${guessedOf(req)}` }),
  ];
}

function limit(options: {
  windowMs: number;
  limit: number;
  keyGenerator: (req: Request) => string;
  skipSuccessfulRequests?: boolean;
}): RequestHandler {
  return rateLimit({
    ...options,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Who may stand in front is set once, by TRUST_PROXY; a stray header of a client is no reason to write to the console.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: () => {
      throw new ProblemError('too-many', 'Too many requests from here; wait as long as retry-after says.');
    },
  });
}

function addressOf(req: Request): string {
  return ipKeyGenerator(req.ip ?? '');
}

/** Whose password is tried. */
function guessedOf(req: Request): string {
  const user: unknown = (req.body as { user?: unknown } | undefined)?.user;
  if (typeof user === 'string') return user.trim().toLowerCase().slice(0, 200);
  const secret = cookieOf(req);
  return secret === undefined ? '' : digestOf(secret);
}
