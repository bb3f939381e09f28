/** Documents kept in versions: the version is the ETag, and who writes over what they have not seen is told so. */
import type { Database, Transaction } from '#shared/database/database.ts';
import { type AuditAction, audit } from '#shared/database/queries/audit.ts';
import { recipientsById } from '#shared/database/queries/recipients.ts';
import { addVersion, lockVersion, type Version } from '#shared/database/queries/service-versions.ts';
import type { DutyRota } from '#shared/model/service/duty.ts';
import type { ServicePolicy } from '#shared/model/service/policy.ts';
import { revisionOf } from './if-match.ts';
import { invalid, ProblemError } from './problems.ts';
import type { Context } from './route.ts';
import { iso } from './times.ts';

interface Contents {
  readonly service_policy: ServicePolicy;
  readonly duty_rota: DutyRota;
}

/**
 * Writes the next version of a document, made of the newest one. Throws a problem where `problems` has some, or where the person
 * saw another version (`current` tells which holds).
 */
export async function writeVersion<T extends keyof Contents>(
  database: Database,
  context: Context,
  how: {
    readonly table: T;
    readonly action: AuditAction;
    readonly make: (before: Contents[T]) => Contents[T];
    readonly problems: (
      content: Contents[T],
      tx: Transaction,
    ) => Promise<readonly { readonly path: string; readonly message: string }[]>;
  },
): Promise<Version<Contents[T]>> {
  const seen = revisionOf(context.req.get('if-match'));
  const at = new Date(context.now);
  const written = await database.transaction(async (tx) => {
    const before = await lockVersion(tx, how.table);
    if (seen !== undefined && seen !== before.version)
      throw new ProblemError('conflict', `Version ${before.version} holds by now: read it and change that one.`, {
        extra: { version: before.version },
      });
    const content = how.make(before.content);
    const problems = await how.problems(content, tx);
    if (problems.length > 0) throw invalid(problems.map(({ path, message }) => ({ path: `body.${path}`, message })));
    const next = await addVersion(tx, how.table, { content, author: context.who.id, at });
    await audit(tx, { actor: context.who.id, action: how.action, subject: String(next.version) }, at);
    return next;
  });
  context.res.setHeader('etag', `"${written.version}"`);
  return written;
}

/** Version, since when and by whom, as they leave. */
export async function presentVersion(
  database: Database,
  { version, at, author }: Version<unknown>,
): Promise<{ version: number; since: string | null; author: { id: string; name: string } | null }> {
  const people = await recipientsById(database.kysely, author === null ? [] : [author]);
  return {
    version,
    since: iso(at),
    author: author === null ? null : { id: author, name: people.get(author)?.name ?? author },
  };
}
