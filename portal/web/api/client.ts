/** The one door to the API: cookie session, CSRF header, problem+json turned into ApiProblem. */
import { ApiProblem, problemOf } from './problem.ts';

export const API = '/api/v1';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Call {
  readonly query?: Query;
  readonly body?: unknown;
  /** Revision the change is based on, for optimistic locking. */
  readonly ifMatch?: number;
  readonly signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface EventText {
  /** For asking support by. */
  readonly id: string | null;
  readonly text: ReadableStream<string>;
}

/** Longer than this no request is waited for, ms. */
const TIMEOUT_MS = 30_000;

let csrf = '';

/** Keeps the token that every unsafe request must carry; the session's answer brings it. */
export function setCsrf(token: string): void {
  csrf = token;
}

export function urlOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== '') params.set(key, String(value));
  const text = params.toString();
  return API + path + (text ? `?${text}` : '');
}

/** Resolves with the answer's JSON (undefined at 204). Throws ApiProblem for everything else, also without a network. */
export async function request<T>(method: Method, path: string, call: Call = {}): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
  const init = { ...initOf(method, call, 'application/json'), signal };
  const response = await send(urlOf(path, call.query), init, call.signal);
  if (response.status === 204) return undefined as T;
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, body, response.headers.get('x-request-id'));
  return body as T;
}

/** Resolves with the text of an event stream, which lasts as long as it lasts. Throws ApiProblem where none begins. */
export async function openStream(path: string, call: Call & { readonly signal: AbortSignal }): Promise<EventText> {
  const init = { ...initOf('POST', call, 'text/event-stream'), signal: call.signal };
  const response = await send(urlOf(path, call.query), init, call.signal);
  const id = response.headers.get('x-request-id');
  if (response.ok && response.body) return { id, text: response.body.pipeThrough(new TextDecoderStream()) };
  throw problemOf(response.status, await response.json().catch(() => undefined), id);
}

function initOf(method: Method, { body, ifMatch }: Call, accept: string): RequestInit {
  const headers = new Headers({ accept });
  if (method !== 'GET') headers.set('x-csrf-token', csrf);
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (ifMatch !== undefined) headers.set('if-match', `"${ifMatch}"`);
  return { method, headers, credentials: 'same-origin', ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

async function send(url: string, init: RequestInit, given: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (given?.aborted) throw error;
    throw new ApiProblem(0, 'no answer', error instanceof Error ? error.message : String(error), {});
  }
}
