/** Passwords of machines at the broker. Several may hold at once, so that a machine can be moved to a new one in peace. */
import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Queries } from '../database.ts';
import { hashPassword, passwordMatches } from '../password.ts';

/** NOTIFY with the machine whose credentials have changed: the broker ends its connections and asks anew. */
export const CREDENTIAL_CHANNEL = 'credential';

/** Tells every broker of the house that the machine's credentials have changed. */
export async function announceCredentialChange(queries: Queries, machine: string): Promise<void> {
  await sql`select pg_notify(${CREDENTIAL_CHANNEL}, ${machine})`.execute(queries);
}

/** Makes a credential; the password is known to the caller alone from here on. */
export async function createCredential(
  queries: Queries,
  machine: string,
): Promise<{ username: string; password: string }> {
  const password = randomBytes(18).toString('base64url');
  await queries
    .insertInto('machine_credential')
    .values({ id: randomUUID(), machine, password_hash: await hashPassword(password) })
    .execute();
  return { username: machine, password };
}

/** Ends every credential of the machine; answers how many there were. */
export async function revokeCredentials(queries: Queries, machine: string): Promise<number> {
  const result = await queries
    .updateTable('machine_credential')
    .set({ revoked_at: new Date() })
    .where('machine', '=', machine)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Whether the password is one of the machine's; a machine that was removed has none. */
export async function credentialMatches(queries: Queries, machine: string, password: string): Promise<boolean> {
  const rows = await queries
    .selectFrom('machine_credential as c')
    .innerJoin('machine as m', 'm.id', 'c.machine')
    .select('c.password_hash')
    .where('c.machine', '=', machine)
    .where('c.revoked_at', 'is', null)
    .where('m.removed_at', 'is', null)
    .orderBy('c.created_at', 'desc')
    .execute();
  for (const { password_hash } of rows) if (await passwordMatches(password_hash, password)) return true;
  return false;
}
