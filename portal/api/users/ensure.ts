/** The first people of a house: its admin, and those of the demo. */
import { randomUUID } from 'node:crypto';
import type { Database } from '#shared/database/database.ts';
import { hashPassword } from '#shared/database/password.ts';
import { accountByLogin, addAccount } from '#shared/database/queries/accounts.ts';
import type { Role } from '#shared/model/access.ts';

export interface FirstPerson {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly password: string;
  readonly email?: string;
  readonly customer?: string;
  /** Customers a partner works for. */
  readonly assigned?: readonly string[];
  readonly language?: string;
}

/** Adds those whose login nobody has yet; the others stay as they are, with the passwords they have. Returns the added logins. */
export async function ensureAccounts(database: Database, people: readonly FirstPerson[]): Promise<string[]> {
  const added: string[] = [];
  for (const { password, ...person } of people) {
    if (await accountByLogin(database.kysely, person.login)) continue;
    const passwordHash = await hashPassword(password);
    const account = { ...person, id: randomUUID(), passwordHash };
    if (await database.transaction((tx) => addAccount(tx, account, new Date()))) added.push(person.login);
  }
  return added;
}

/** The user `admin`, made at the first start with the password given; true where it was made now. */
export async function ensureAdmin(database: Database, password: string): Promise<boolean> {
  const added = await ensureAccounts(database, [
    { login: 'admin', name: 'Admin', role: 'admin', password, language: 'de' },
  ]);
  return added.length > 0;
}
