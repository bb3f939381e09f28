/** The HTTP API as a person's browser uses it: cookie, CSRF header, JSON. */
export class Client {
  readonly base: string;
  #cookie = '';
  #csrf = '';

  constructor(base: string) {
    this.base = base;
  }

  async logIn(user: string, password: string): Promise<void> {
    const response = await fetch(`${this.base}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user, password }),
    });
    const answer = (await response.json()) as { csrf: string; detail?: string };
    if (!response.ok) throw new Error(`log-in of ${user}: ${response.status} ${answer.detail}`);
    this.#cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    this.#csrf = answer.csrf;
  }

  /** The answer's JSON; throws with status and problem where it is none of success. */
  async get<T>(path: string): Promise<T> {
    return this.#ask<T>('GET', path);
  }

  async post<T>(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    return this.#ask<T>('POST', path, body, headers);
  }

  async #ask<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const text = typeof body === 'string';
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: {
        cookie: this.#cookie,
        'x-csrf-token': this.#csrf,
        ...(body === undefined ? {} : { 'content-type': text ? 'application/yaml' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: text ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return (answer === '' ? undefined : JSON.parse(answer)) as T;
  }
}
