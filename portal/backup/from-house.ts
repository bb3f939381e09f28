/** A backup made by the house that runs: it alone may open its embedded stores. */
import { type IncomingMessage, request } from 'node:http';
import { NoBackup } from '#shared/backup/write-file.ts';
import type { RunningHouse } from '../running-house.ts';

/** The bytes of the backup as they come. Throws NoBackup where the house refuses. */
export async function* backupFromHouse({ url, token }: RunningHouse): AsyncGenerator<Uint8Array, void, undefined> {
  // fetch gives up on answers that take long to begin, which a large database does.
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(`${url}/api/v1/house/backup`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, accept: 'application/x-tar, application/problem+json' },
    });
    asked.once('response', resolve);
    asked.once('error', reject);
    asked.end();
  });
  if (answer.statusCode !== 200) {
    let text = '';
    for await (const piece of answer.setEncoding('utf8')) text += piece as string;
    throw new NoBackup(`The house refuses: ${detailOf(text) ?? `status ${answer.statusCode}`}`);
  }
  try {
    for await (const piece of answer) yield piece as Buffer;
  } catch (error) {
    throw new NoBackup(`The house broke off (${(error as Error).message}): see its log, and try again.`);
  }
}

function detailOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { detail?: string }).detail;
  } catch {
    return undefined;
  }
}
