/** A route is one object that reads as a sentence: who may, what is valid, what is done, what leaves. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Permission, Who } from '#shared/model/access.ts';
import { inPlainWords } from './plain.ts';
import { fromZod, notFound } from './problems.ts';

/** How somebody proved who they are. */
export type Credential =
  | { readonly kind: 'session'; readonly id: string; readonly csrf: string }
  | { readonly kind: 'token'; readonly id: string }
  | { readonly kind: 'none' };

export interface Context<P = unknown, Q = unknown, B = unknown> {
  readonly who: Who;
  readonly via: Credential;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Time of the request, epoch ms. */
  readonly now: number;
  readonly req: Request;
  readonly res: Response;
}

/** What `act` returns where it has written the answer itself, because the client takes event streams. */
export const WRITTEN = Symbol('written');

interface Sentence {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below /api/v1, with `{name}` for parameters. */
  readonly path: string;
  readonly may: Permission | 'anyone';
  /** One sentence for the documentation. */
  readonly summary: string;
  /** Default 200, or 204 where nothing leaves. */
  readonly status?: 200 | 201;
  /** `document`: YAML or JSON text up to 10 MB, handed on unparsed. Default json, up to 256 kB. */
  readonly takes?: 'json' | 'document';
  /** Media type of an answer the route writes itself; left out: an event stream. */
  readonly gives?: string;
  /** Heeds If-Match and may answer 409 with the current state. */
  readonly locks?: true;
}

/** A route as the table holds it. `answer` null: the route writes its answer itself (an event stream). */
export interface Route extends Sentence {
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly answer: z.ZodType | null;
  /** Validates, acts, and lets only what `answer` lists leave. Throws ProblemError. */
  readonly run: (request: Context) => Promise<unknown>;
}

interface Definition<P, Q, B, A> extends Sentence {
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly answer: z.ZodType<A> | null;
  readonly act: (context: Context<P, Q, B>) => Promise<A | typeof WRITTEN> | A;
}

export function route<P, Q, B, A>(definition: Definition<P, Q, B, A>): Route {
  const { act, params, query, body, answer, ...sentence } = definition;
  const run = async (request: Context): Promise<unknown> => {
    const checkedParams = params?.safeParse(request.params);
    // An id that cannot exist does not exist.
    if (checkedParams && !checkedParams.success)
      throw notFound('such thing', Object.values(request.params as object).join('/'));
    const context = {
      ...request,
      params: checkedParams?.data as P,
      query: checked(query, request.query, 'query') as Q,
      body: checked(body, request.body, 'body') as B,
    };
    const result = await act(context);
    if (result === WRITTEN) return WRITTEN;
    return answer ? answer.parse(result) : undefined;
  };
  return { ...sentence, params, query, body, answer, run };
}

function checked<T>(schema: z.ZodType<T> | undefined, value: unknown, where: string): T | undefined {
  if (!schema) return undefined;
  const result = schema.safeParse(value, { error: inPlainWords });
  if (!result.success) throw fromZod(result.error, where);
  return result.data;
}

/** Parameters of most routes. */
export const ById = z.object({ id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/) });
