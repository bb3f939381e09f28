import { createHmac, randomBytes } from 'node:crypto';

/** Who a login at the embedded broker is: a machine, which speaks for itself only, or the house's own user. */
export type Identity =
  | { readonly machine: string /** By which of its passwords. */; readonly credential?: string }
  | { readonly house: true };

/** The accounts of the embedded broker; kept in the database, checked by whoever fulfils this. */
export interface Credentials {
  /**
   * Who this is, logging in from the address `from`; null where user or password is wrong or revoked. Rejects when that
   * cannot be told now.
   */
  verify(username: string, password: string, from: string): Promise<Identity | null>;
  /**
   * Calls `listener` with the machine whose credentials have changed, and which of them holds no more where it is one; returns
   * how to stop that.
   */
  onChange(listener: (machine: string, credential?: string) => void): () => void;
}

const REMEMBER_MS = 10 * 60_000;
const REMEMBER_MOST = 10_000;
const FAILURES_MOST = 10;
const FAILURES_WITHIN_MS = 60_000;
const AT_ONCE = 2;

/**
 * Makes hashing passwords bearable: a fleet that reconnects at once is let in by what was verified a moment ago, guesses
 * are slowed down by user and address, and only so many hashes are computed at a time. A change of a machine's credentials is obeyed
 * at once.
 */
export class RememberedCredentials implements Credentials {
  readonly #inner: Credentials;
  readonly #now: () => number;
  /** Passwords are remembered as keyed hashes; the key lives in this process alone. */
  readonly #key = randomBytes(32);
  readonly #verified = new Map<string, { readonly identity: Identity; readonly until: number }>();
  readonly #failures = new Map<string, { count: number; readonly until: number }>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Counts changes: what was being verified meanwhile is not remembered. */
  #changes = 0;

  constructor(inner: Credentials, now: () => number) {
    this.#inner = inner;
    this.#now = now;
    inner.onChange((machine) => this.#forget(machine));
  }

  async verify(username: string, password: string, from: string): Promise<Identity | null> {
    const key = createHmac('sha256', this.#key).update(`${username}\0${password}`).digest('base64');
    const guesser = `${username}\0${from}`;
    const known = this.#known(key);
    if (known !== undefined) return known;
    if (this.#hasFailedTooOften(guesser)) return null;
    return this.#inTurn(async () => {
      // Another connection may have been let in by the same password meanwhile.
      const since = this.#known(key);
      if (since !== undefined) return since;
      const changes = this.#changes;
      const identity = await this.#inner.verify(username, password, from);
      if (identity === null) this.#countFailure(guesser);
      else if (changes === this.#changes) this.#remember(key, identity);
      return identity;
    });
  }

  onChange(listener: (machine: string, credential?: string) => void): () => void {
    return this.#inner.onChange(listener);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #known(key: string): Identity | undefined {
    const known = this.#verified.get(key);
    return known !== undefined && known.until > this.#now() ? known.identity : undefined;
  }

  #remember(key: string, identity: Identity): void {
    if (this.#verified.size >= REMEMBER_MOST) this.#verified.clear();
    this.#verified.set(key, { identity, until: this.#now() + REMEMBER_MS });
  }

  #hasFailedTooOften(guesser: string): boolean {
    const failed = this.#failures.get(guesser);
    return failed !== undefined && failed.until > this.#now() && failed.count >= FAILURES_MOST;
  }

  #countFailure(guesser: string): void {
    const failed = this.#failures.get(guesser);
    if (failed !== undefined && failed.until > this.#now()) {
      failed.count++;
      return;
    }
    if (this.#failures.size >= REMEMBER_MOST) this.#failures.clear();
    this.#failures.set(guesser, { count: 1, until: this.#now() + FAILURES_WITHIN_MS });
  }

  #forget(machine: string): void {
    this.#changes++;
    for (const [key, { identity }] of this.#verified) {
      if ('machine' in identity && identity.machine === machine) this.#verified.delete(key);
    }
    // New credentials are tried at once, whatever was guessed before.
    this.#failures.clear();
  }
}
