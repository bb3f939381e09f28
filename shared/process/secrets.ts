/** Secrets the house makes up for itself and keeps in DATA_DIR, readable by its owner alone. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** About 120 bits in letters and digits that nobody confuses when typing. */
export function makePassword(length = 24): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  return Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('');
}

/** The secret kept under `name`; made up at the first call. */
export async function keptSecret(dataDir: string, name: string): Promise<{ secret: string; made: boolean }> {
  const path = join(dataDir, name);
  try {
    const secret = (await readFile(path, 'utf8')).trim();
    if (secret) return { secret, made: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = makePassword();
  await writeSecret(dataDir, name, secret);
  return { secret, made: true };
}

/** Writes a file of DATA_DIR that only its owner can read, whole or not at all. */
export async function writeSecret(dataDir: string, name: string, text: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, name);
  await writeFile(`${path}.tmp`, `${text}\n`, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
}
