/** Accounts at the embedded broker: it asks the database at each login, and is told what ended. */
import type { Database } from '../database/database.ts';
import { announceCredentialEnds, unrevokedCredentials } from '../database/queries/credentials.ts';
import type { MachineAccounts, MachineLogin } from './port.ts';

export class AnnouncedAccounts implements MachineAccounts {
  readonly severalPasswords = true;
  readonly reserved: readonly string[];
  readonly #database: Database;

  constructor(database: Database, reserved: readonly string[]) {
    this.#database = database;
    this.reserved = reserved;
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  /** What stands in the database holds already. */
  create(): Promise<void> {
    return Promise.resolve();
  }

  revoke(logins: readonly MachineLogin[]): Promise<void> {
    return announceCredentialEnds(this.#database.kysely, logins);
  }

  async list(): Promise<readonly MachineLogin[]> {
    const all = await unrevokedCredentials(this.#database.kysely);
    return all.map(({ id, machine, username }) => ({ credential: id, machine, username }));
  }

  /** It knows the plant by the configurator. */
  admit(): Promise<void> {
    return Promise.resolve();
  }

  onReturn(): () => void {
    return () => undefined;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
