/** Promises to customers and the duty rota: documents in versions, of which the newest holds. */
import { DEFAULT_POLICY, Promises, type ServicePolicy } from '#shared/model/service/policy.ts';
import { Duty, type DutyRota, EMPTY_ROTA } from '#shared/model/service/duty.ts';
import { sql } from 'kysely';
import type { Queries, Transaction } from '../database.ts';
import { json } from '../json.ts';

export interface Version<T> {
  /** 0: what the house begins with. */
  readonly version: number;
  readonly at: Date | null;
  /** Id of the account; null: the house. */
  readonly author: string | null;
  readonly content: T;
}

type Table = 'service_policy' | 'duty_rota';
interface Contents {
  readonly service_policy: ServicePolicy;
  readonly duty_rota: DutyRota;
}
const FIRST: Contents = { service_policy: DEFAULT_POLICY, duty_rota: EMPTY_ROTA };

export async function latestVersion<T extends Table>(db: Queries, table: T): Promise<Version<Contents[T]>> {
  const { rows } = await sql<Version<Contents[T]>>`
    select version, created_at as at, author, content from ${sql.table(table)} order by version desc limit 1`.execute(
    db,
  );
  return rows[0] ?? { version: 0, at: null, author: null, content: FIRST[table] };
}

/** The newest version, locked until the transaction ends: of two who write at once the second sees what the first wrote. */
export async function lockVersion<T extends Table>(tx: Transaction, table: T): Promise<Version<Contents[T]>> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`leitwarte ${table}`}, 0))`.execute(tx);
  return latestVersion(tx, table);
}

export async function addVersion<T extends Table>(
  tx: Transaction,
  table: T,
  next: { readonly content: Contents[T]; readonly author: string; readonly at: Date },
): Promise<Version<Contents[T]>> {
  const { content, author, at } = next;
  const { rows } = await sql<{ version: number }>`
    insert into ${sql.table(table)} (created_at, author, content) values (${at}, ${author}, ${json(content)})
    returning version`.execute(tx);
  return { version: rows[0]?.version ?? 0, at, author, content };
}

/** Policies made ready, each version once: they never change. */
export class PolicyBook {
  readonly #known = new Map<number, Promises>([[0, new Promises(DEFAULT_POLICY)]]);

  async promises(db: Queries, version: number): Promise<Promises> {
    const known = this.#known.get(version);
    if (known) return known;
    const { content } = await db
      .selectFrom('service_policy')
      .select('content')
      .where('version', '=', version)
      .executeTakeFirstOrThrow();
    const promises = new Promises(content);
    this.#known.set(version, promises);
    return promises;
  }
}

export async function dutyNow(db: Queries): Promise<Duty> {
  return new Duty((await latestVersion(db, 'duty_rota')).content);
}
