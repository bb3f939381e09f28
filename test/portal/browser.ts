/** A person's browser, or a program, before the API: keeps the cookie, sends the CSRF token, and shows the whole answer. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Browser {
  readonly base: string;
  cookie = '';
  csrf = '';
  readonly #headers: Readonly<Record<string, string>>;

  constructor(base: string, headers: Readonly<Record<string, string>> = {}) {
    this.base = base;
    this.#headers = headers;
  }

  async logIn(user: string, password: string): Promise<Answer<{ user: { id: string }; csrf: string; may: string[] }>> {
    const answer = await this.post<{ user: { id: string }; csrf: string; may: string[] }>('/session', {
      user,
      password,
    });
    if (answer.status === 200) {
      this.cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      this.csrf = answer.body.csrf;
    }
    return answer;
  }

  get<T>(path: string, headers: Ask['headers'] = {}): Promise<Answer<T>> {
    return this.ask<T>('GET', path, { headers });
  }

  post<T>(path: string, body?: unknown, headers: Ask['headers'] = {}): Promise<Answer<T>> {
    return this.ask<T>('POST', path, { body, headers });
  }

  put<T>(path: string, body?: unknown, headers: Ask['headers'] = {}): Promise<Answer<T>> {
    return this.ask<T>('PUT', path, { body, headers });
  }

  patch<T>(path: string, body?: unknown): Promise<Answer<T>> {
    return this.ask<T>('PATCH', path, { body });
  }

  delete<T>(path: string, headers: Ask['headers'] = {}): Promise<Answer<T>> {
    return this.ask<T>('DELETE', path, { headers });
  }

  /** `path` below /api/v1, or anything else of the house beginning with `//`. */
  async ask<T>(method: string, path: string, { body, headers = {} }: Ask): Promise<Answer<T>> {
    const response = await this.open(method, path, { body, headers });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (json ? JSON.parse(text) : undefined) as T,
    };
  }

  /** The answer before its body was read, for streams. */
  open(
    method: string,
    path: string,
    { body, headers = {}, signal }: Ask & { readonly signal?: AbortSignal } = {},
  ): Promise<Response> {
    const url = path.startsWith('//') ? this.base + path.slice(1) : `${this.base}/api/v1${path}`;
    const isText = typeof body === 'string';
    return fetch(url, {
      method,
      headers: {
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(this.csrf && method !== 'GET' ? { 'x-csrf-token': this.csrf } : {}),
        ...(body === undefined ? {} : { 'content-type': isText ? 'application/yaml' : 'application/json' }),
        ...this.#headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  }
}
