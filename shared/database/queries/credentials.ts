/** Passwords of machines at the broker. Several may hold at once, so that a machine can be moved to a new one in peace. */
import { sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import { hashPassword, passwordMatches } from '../password.ts';

/** NOTIFY that a password of a machine holds no more: the embedded broker ends its connections. */
export const CREDENTIAL_CHANNEL = 'credential';

export interface Credential {
  readonly id: string;
  readonly machine: string;
  readonly username: string;
  readonly createdAt: Date;
  /** null: until it is revoked. */
  readonly endsAt: Date | null;
  /** Which key its password was made with. */
  readonly key: string | null;
}

/** Tells every embedded broker of the house; read by `readCredentialNotice`. */
export async function announceCredentialEnds(
  queries: Queries,
  ended: readonly { readonly machine: string; readonly credential: string }[],
): Promise<void> {
  for (const { machine, credential } of ended) {
    await sql`select pg_notify(${CREDENTIAL_CHANNEL}, ${`${machine} ${credential}`})`.execute(queries);
  }
}

/** Throws nothing: what is not understood concerns nobody. */
export function readCredentialNotice(text: string): { readonly machine: string; readonly credential: string } {
  const [machine = '', credential = ''] = text.split(' ');
  return { machine, credential };
}

/** Keeps a password, by its hash; false where the plant has no such machine. One at a time for each machine. */
export async function addCredential(
  tx: Transaction,
  { id, machine, key, at, username }: NewCredential,
  passwordHash: string,
): Promise<{ readonly username: string; readonly before: readonly Credential[] } | undefined> {
  const known = await tx
    .selectFrom('machine')
    .select('id')
    .where('id', '=', machine)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (known === undefined) return undefined;
  const before = await credentialsOf(tx, machine, at);
  const name = username(before.map((credential) => credential.username));
  await tx
    .insertInto('machine_credential')
    .values({ id, machine, username: name, password_hash: passwordHash, created_at: at, key })
    .execute();
  return { username: name, before };
}

interface NewCredential {
  readonly id: string;
  readonly machine: string;
  readonly key: string;
  readonly at: Date;
  /** Chooses the user name, given those that are taken. */
  readonly username: (taken: readonly string[]) => string;
}

/** As if it had never been made. */
export async function dropCredential(queries: Queries, id: string): Promise<void> {
  await queries.deleteFrom('machine_credential').where('id', '=', id).execute();
}

/** They hold until then at the latest. */
export async function endCredentialsBy(queries: Queries, ids: readonly string[], by: Date): Promise<void> {
  if (ids.length === 0) return;
  await queries
    .updateTable('machine_credential')
    .set({ ends_at: sql<Date>`least(ends_at, ${by})` })
    .where('id', 'in', [...ids])
    .execute();
}

/** Ends every credential of the machine; answers those that held. */
export async function revokeCredentials(queries: Queries, machine: string, at: Date): Promise<readonly Credential[]> {
  const rows = await queries
    .updateTable('machine_credential')
    .set({ revoked_at: at })
    .where('machine', '=', machine)
    .where('revoked_at', 'is', null)
    .returning(COLUMNS)
    .execute();
  return rows.map(present);
}

/** Writes down that those whose time has come hold no more; answers them. */
export async function closeEndedCredentials(queries: Queries, at: Date): Promise<readonly Credential[]> {
  const rows = await queries
    .updateTable('machine_credential')
    .set({ revoked_at: sql<Date>`ends_at` })
    .where('revoked_at', 'is', null)
    .where('ends_at', '<=', at)
    .returning(COLUMNS)
    .execute();
  return rows.map(present);
}

/** When the next one ends by itself. */
export async function nextCredentialEnd(queries: Queries): Promise<Date | null> {
  const row = await queries
    .selectFrom('machine_credential')
    .select((eb) => eb.fn.min('ends_at').as('next'))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row?.next ?? null;
}

/** Those of a machine that hold, the newest first. */
export async function credentialsOf(queries: Queries, machine: string, at: Date): Promise<readonly Credential[]> {
  return (await held(queries, at).where('c.machine', '=', machine).execute()).map(present);
}

/** All that hold, of machines the plant has; the newest of a machine first. */
export async function heldCredentials(queries: Queries, at: Date): Promise<readonly Credential[]> {
  const rows = await held(queries, at)
    .innerJoin('machine as m', 'm.id', 'c.machine')
    .where('m.removed_at', 'is', null)
    .execute();
  return rows.map(present);
}

/** All that were not revoked, of machines that were removed from the plant too. */
export async function unrevokedCredentials(queries: Queries): Promise<readonly Credential[]> {
  const rows = await queries.selectFrom('machine_credential').select(COLUMNS).where('revoked_at', 'is', null).execute();
  return rows.map(present);
}

/** Of these, the ones that hold. */
export async function stillHeld(queries: Queries, ids: readonly string[], at: Date): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await held(queries, at)
    .innerJoin('machine as m', 'm.id', 'c.machine')
    .where('m.removed_at', 'is', null)
    .where('c.id', 'in', [...ids])
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Whose password this is, logging in as `username`; a machine that was removed has none. */
export async function credentialOf(
  queries: Queries,
  username: string,
  password: string,
  at: Date,
): Promise<{ readonly machine: string; readonly credential: string } | null> {
  const rows = await held(queries, at)
    .innerJoin('machine as m', 'm.id', 'c.machine')
    .select('c.password_hash')
    .where('m.removed_at', 'is', null)
    .where('c.username', '=', username)
    .execute();
  for (const { id, machine, password_hash } of rows) {
    if (await passwordMatches(password_hash, password)) return { machine, credential: id };
  }
  return null;
}

/** Machines the plant has. */
export async function machineIds(queries: Queries): Promise<readonly string[]> {
  const rows = await queries.selectFrom('machine').select('id').where('removed_at', 'is', null).orderBy('id').execute();
  return rows.map(({ id }) => id);
}

/** The hash under which a machine's password is kept. */
export const hashMachinePassword = hashPassword;

const COLUMNS = ['id', 'machine', 'username', 'created_at', 'ends_at', 'key'] as const;

function held(queries: Queries, at: Date) {
  return queries
    .selectFrom('machine_credential as c')
    .select(['c.id', 'c.machine', 'c.username', 'c.created_at', 'c.ends_at', 'c.key'])
    .where('c.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('c.ends_at', 'is', null), eb('c.ends_at', '>', at)]))
    .orderBy('c.machine')
    .orderBy('c.created_at', 'desc')
    .orderBy('c.id');
}

interface Row {
  readonly id: string;
  readonly machine: string;
  readonly username: string;
  readonly created_at: Date;
  readonly ends_at: Date | null;
  readonly key: string | null;
}

function present({ id, machine, username, created_at, ends_at, key }: Row): Credential {
  return { id, machine, username, createdAt: created_at, endsAt: ends_at, key };
}
