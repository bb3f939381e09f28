/** Who may log in at the embedded broker: machines by the credentials in the database, and the house's own user. */
import { timingSafeEqual } from 'node:crypto';
import type { Database } from '#shared/database/database.ts';
import {
  CREDENTIAL_CHANNEL,
  credentialOf,
  readCredentialNotice,
  stillHeld,
} from '#shared/database/queries/credentials.ts';
import type { Credentials, Identity } from './broker/credentials.ts';

interface Options {
  readonly database: Database;
  readonly house: { readonly user: string; readonly password: string };
  /** Epoch ms. */
  readonly clock: () => number;
}

type Listener = (machine: string, credential: string) => void;

/** Notices can be lost with a connection or with who should have given them; so often is looked all the same. */
const LOOK_EVERY_MS = 10_000;

export class Accounts implements Credentials {
  readonly name = 'accounts';
  readonly #options: Options;
  readonly #listeners = new Set<Listener>();
  /** Credential → machine, of all that were let in and have not ended yet. */
  readonly #letIn = new Map<string, string>();
  #unlisten: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#options.database.listen(CREDENTIAL_CHANNEL, (text) => {
      if (text === undefined) return this.#look();
      const { machine, credential } = readCredentialNotice(text);
      this.#tell(machine, credential);
    });
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#unlisten?.();
    await this.#looking;
  }

  async verify(username: string, password: string): Promise<Identity | null> {
    const { database, house, clock } = this.#options;
    if (username === house.user) return isSame(password, house.password) ? { house: true } : null;
    const found = await credentialOf(database.kysely, username, password, new Date(clock()));
    if (found !== null) this.#letIn.set(found.credential, found.machine);
    return found;
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #look(): void {
    this.#looking = this.#looking.then(() => this.#endMissed());
  }

  async #endMissed(): Promise<void> {
    const { database, clock } = this.#options;
    const ids = [...this.#letIn.keys()];
    try {
      const held = await stillHeld(database.kysely, ids, new Date(clock()));
      for (const id of ids) if (!held.has(id)) this.#tell(this.#letIn.get(id) ?? '', id);
    } catch {
      // The database is away; it is asked again.
    }
  }

  #tell(machine: string, credential: string): void {
    this.#letIn.delete(credential);
    for (const listener of this.#listeners) listener(machine, credential);
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
