/** Who may log in at the embedded broker: machines by the credentials in the database, and the house's own user. */
import { timingSafeEqual } from 'node:crypto';
import type { Database } from '#shared/database/database.ts';
import { CREDENTIAL_CHANNEL, credentialMatches } from '#shared/database/queries/credentials.ts';
import type { Credentials, Identity } from './broker/credentials.ts';
import { Listeners } from './broker/listeners.ts';

export class Accounts implements Credentials {
  readonly name = 'accounts';
  readonly #database: Database;
  readonly #house: { readonly user: string; readonly password: string };
  readonly #changes = new Listeners<string>();
  #unlisten: (() => Promise<void>) | undefined;

  constructor(database: Database, house: { readonly user: string; readonly password: string }) {
    this.#database = database;
    this.#house = house;
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#database.listen(CREDENTIAL_CHANNEL, (machine) => {
      if (machine !== undefined) this.#changes.tell(machine);
    });
  }

  async stop(): Promise<void> {
    await this.#unlisten?.();
  }

  async verify(username: string, password: string): Promise<Identity | null> {
    if (username === this.#house.user) return isSame(password, this.#house.password) ? { house: true } : null;
    const matches = await credentialMatches(this.#database.kysely, username, password);
    return matches ? { machine: username } : null;
  }

  onChange(listener: (machine: string) => void): () => void {
    return this.#changes.add(listener);
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
