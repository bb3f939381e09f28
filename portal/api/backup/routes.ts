/** A backup of the whole house, as a file. */
import { once } from 'node:events';
import type { Response } from 'express';
import { ArchiveWriter } from '#shared/backup/archive.ts';
import { audit } from '#shared/database/queries/audit.ts';
import type { Log } from '#shared/process/log.ts';
import type { PortalParts } from '../parts.ts';
import { ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';

const MEDIA_TYPE = 'application/x-tar';

export function backupRoutes({ database, backup, log }: Pick<PortalParts, 'database' | 'backup' | 'log'>): Route[] {
  let isMade = false;
  return [
    route({
      method: 'post',
      path: '/house/backup',
      may: 'house.backup',
      summary: 'A backup of the whole house, made now: a tar with database, journal, readings and secrets',
      gives: MEDIA_TYPE,
      answer: null,
      act: async ({ who, now, res }) => {
        if (isMade) throw new ProblemError('too-many', 'Another backup is being made. Try again when it is done.');
        isMade = true;
        try {
          await audit(database.kysely, { actor: who.id, action: 'backup.made' }, new Date(now));
          await send(res, { pieces: backup(), log, now });
        } finally {
          isMade = false;
        }
      },
    }),
  ];
}

interface Sent {
  readonly pieces: AsyncGenerator<Uint8Array, void, undefined>;
  readonly log: Log;
  /** Epoch ms. */
  readonly now: number;
}

/** What fails before the first byte is a problem like any other; later the file itself says so, and is refused by all. */
async function send(res: Response, { pieces, log, now }: Sent): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const first = await pieces.next();
  res.setHeader('content-type', MEDIA_TYPE);
  res.setHeader('content-disposition', 'attachment; filename="leitwarte.tar"');
  try {
    for (let { value, done } = first; !done && !gone.signal.aborted; { value, done } = await pieces.next())
      if (value && !res.write(value)) await once(res, 'drain', { signal: gone.signal });
  } catch (error) {
    if (gone.signal.aborted) return;
    log.error({ err: error }, 'a backup could not be ended');
    res.write(new ArchiveWriter(now).fail(error instanceof Error ? error.message : String(error)));
  } finally {
    await pieces.return();
    res.end();
  }
}
