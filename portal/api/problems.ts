/** Everything that can go wrong in an answer, as RFC 9457 problems: one table of kinds, one class, one place that writes them. */
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { codeOf, isOutage } from '#shared/database/unavailable.ts';
import type { Problem } from '#shared/model/api/common.ts';
import type { Log } from '#shared/process/log.ts';
import { StoreUnavailable } from '#shared/readings/port.ts';

/** Kind → status and title; the kinds are also the anchors of /api/docs. */
export const PROBLEMS = {
  'bad-request': [400, 'The request cannot be read'],
  'not-logged-in': [401, 'Log-in needed'],
  'log-in-refused': [401, 'User or password is wrong'],
  forbidden: [403, 'Not allowed'],
  csrf: [403, 'The request does not come from the portal'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  conflict: [409, 'Changed in the meantime'],
  'too-large': [413, 'Too large'],
  'media-type': [415, 'Media type not supported'],
  invalid: [422, 'The input is not valid'],
  'too-many': [429, 'Too many requests'],
  internal: [500, 'Something went wrong here'],
  'not-set-up': [501, 'Not set up here'],
  unavailable: [503, 'Not available now'],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemKind = keyof typeof PROBLEMS;

export interface InputError {
  readonly path: string;
  readonly message: string;
  /** Where a file was read; from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** Thrown anywhere in a route; becomes the answer. `extra` stands beside the members of RFC 9457. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly errors: readonly InputError[] | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  constructor(
    kind: ProblemKind,
    detail: string,
    more: { errors?: readonly InputError[]; extra?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(detail);
    this.kind = kind;
    this.errors = more.errors;
    this.extra = more.extra ?? {};
  }
}

/** Somebody else's things do not exist: never 403 for them. */
export function notFound(what: string, id: string): ProblemError {
  return new ProblemError('not-found', `There is no ${what} "${id.slice(0, 80)}" that you may see.`);
}

export function invalid(errors: readonly InputError[], detail?: string): ProblemError {
  return new ProblemError(
    'invalid',
    detail ??
      `${errors.length} problem${errors.length === 1 ? '' : 's'}: ${errors[0]?.path ?? ''} ${errors[0]?.message ?? ''}`,
    { errors },
  );
}

/** `where` is body, query or params, the first step of each path. */
export function fromZod(error: z.ZodError, where: string): ProblemError {
  return invalid(error.issues.map((issue) => ({ path: dotPath([where, ...issue.path]), message: issue.message })));
}

function dotPath(steps: readonly PropertyKey[]): string {
  return steps
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

export function sendProblem(res: Response, error: ProblemError): void {
  const problem = problemBody(res, error);
  res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

export function problemBody(res: Response, error: ProblemError): Problem & Record<string, unknown> {
  const [status, title] = PROBLEMS[error.kind];
  return {
    type: `/api/docs#${error.kind}`,
    title,
    status,
    detail: error.message,
    instance: `urn:uuid:${String(res.getHeader('x-request-id'))}`,
    ...(error.errors ? { errors: [...error.errors] } : {}),
    ...error.extra,
  };
}

/** The last handler: no stack and no foreign message ever leaves; what was not foreseen is logged with the correlation id. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = loggedProblem(log, error, res);
    if (problem.kind === 'unavailable') res.setHeader('retry-after', '5');
    sendProblem(res, problem);
  };
}

export const unknownRoute: RequestHandler = (req) => {
  throw new ProblemError(
    'not-found',
    `There is no route ${req.method} ${(req.originalUrl.split('?')[0] ?? '').slice(0, 200)}. All routes: /api/docs`,
  );
};

/** The problem anything thrown is; what was not foreseen, and outages, are logged with the correlation id. */
export function loggedProblem(log: Log, error: unknown, res: Response): ProblemError {
  const problem = asProblem(error);
  if (problem.kind === 'internal' || problem.kind === 'unavailable') {
    log.error({ err: error, requestId: res.getHeader('x-request-id') }, 'a request failed');
  }
  return problem;
}

/** What express and the body parsers throw, by their `type`. */
const PARSER: Readonly<Record<string, readonly [ProblemKind, string]>> = {
  'entity.parse.failed': ['bad-request', 'The body is no valid JSON.'],
  'entity.too.large': ['too-large', 'The body is larger than this route takes.'],
  'encoding.unsupported': ['media-type', 'Send the body uncompressed.'],
  'charset.unsupported': ['media-type', 'Send the body in UTF-8.'],
  'request.size.invalid': ['bad-request', 'The body is not as long as content-length says.'],
  'request.aborted': ['bad-request', 'The request was broken off.'],
};

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StoreUnavailable)
    return new ProblemError('unavailable', 'The reading store does not answer. Live values and cases still work.');
  if (!(error instanceof Error)) return new ProblemError('internal', INTERNAL);
  const { type, status } = error as Error & { type?: string; status?: number };
  const parser = type === undefined ? undefined : PARSER[type];
  if (parser) return new ProblemError(...parser);
  if (status === 400) return new ProblemError('bad-request', 'The address or the body cannot be decoded.');
  if (codeOf(error)?.startsWith('22')) return new ProblemError('invalid', UNKEEPABLE);
  if (isOutage(error)) return new ProblemError('unavailable', 'The database does not answer. Try again in a moment.');
  return new ProblemError('internal', INTERNAL);
}

/** SQLSTATE class 22, data exceptions: what passed all schemas and still is no value for the database. */
const UNKEEPABLE = 'A text holds the character NUL, or a time or number is outside what can be kept.';

const INTERNAL = 'This is a defect of the portal, not of your request. Tell us the id of this answer (x-request-id).';
