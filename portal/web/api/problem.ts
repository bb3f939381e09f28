import type { Problem } from '#shared/model/api/common.ts';

/** What the server refused or could not do, told to a person: never a stack, always an id to ask by. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  /** 0: no answer came at all. */
  readonly status: number;
  readonly title: string;
  readonly correlationId: string | undefined;
  /** What is wrong with which field of the input. */
  readonly errors: readonly { path: string; message: string }[];
  /** The answer itself; at 409 it carries the state the server has. */
  readonly body: unknown;

  constructor(
    status: number,
    title: string,
    detail: string,
    more: { correlationId?: string; errors?: Problem['errors']; body?: unknown },
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.correlationId = more.correlationId;
    this.errors = more.errors ?? [];
    this.body = more.body;
  }
}

/** An answer that is not 2xx as a problem, whatever came back in it. */
export function problemOf(status: number, body: unknown, requestId: string | null): ApiProblem {
  const problem = isProblem(body) ? body : undefined;
  const correlationId = requestId ?? problem?.instance;
  return new ApiProblem(status, problem?.title ?? `HTTP ${status}`, problem?.detail ?? '', {
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(problem?.errors === undefined ? {} : { errors: problem.errors }),
    body,
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'status' in body;
}

export function isProblemWith(error: unknown, status: number): error is ApiProblem {
  return error instanceof ApiProblem && error.status === status;
}
