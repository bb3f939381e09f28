/** An embedded database with its schema, copied: to make one anew takes longer than all the rest of a portal's start. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { openDatabase } from '#shared/database/database.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

const MIGRATIONS = 'shared/database/migrations';

/** Fills the data folder with a database that is empty but for its schema. */
export async function copyEmptyDatabase(dataDir: string): Promise<void> {
  await cp(await template(), path.join(dataDir, 'database'), { recursive: true });
}

async function template(): Promise<string> {
  const cached = path.resolve('node_modules/.cache/leitwarte', `pglite-${fingerprint()}`);
  if (existsSync(cached)) return cached;
  const dir = await tempDir('pglite');
  const database = openDatabase({ dataDir: dir });
  await database.start();
  await database.stop();
  await mkdir(path.dirname(cached), { recursive: true });
  const draft = `${cached}-${process.pid}`;
  await cp(path.join(dir, 'database'), draft, { recursive: true });
  // Two workers may get here at once: the first rename wins, both results are alike.
  await rename(draft, cached).catch(() => removeDir(draft));
  await removeDir(dir);
  return cached;
}

/** Changes with the schema and with PGlite. */
function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync('node_modules/@electric-sql/pglite/package.json'));
  for (const name of readdirSync(MIGRATIONS).sort((a, b) => a.localeCompare(b)))
    hash.update(readFileSync(path.join(MIGRATIONS, name)));
  return hash.digest('hex').slice(0, 16);
}
