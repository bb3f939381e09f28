/** The way to a house that runs on this computer, for commands. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a running house is, as it left it in DATA_DIR. */
export interface RunningHouse {
  readonly url: string;
  readonly token: string;
}

interface Asking extends RequestInit {
  readonly headers?: Record<string, string>;
}

const HOUSE_FILE = 'house.json';
const ANSWERS_WITHIN_MS = 3000;

/** The house that runs on this DATA_DIR and answers; undefined where none does. */
export async function findHouse(dataDir: string): Promise<RunningHouse | undefined> {
  try {
    const { url, token } = JSON.parse(await readFile(join(dataDir, HOUSE_FILE), 'utf8')) as Partial<RunningHouse>;
    if (typeof url !== 'string' || typeof token !== 'string') return undefined;
    const house = { url, token };
    const answer = await ask(house, 'session', { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    return answer.ok ? house : undefined;
  } catch {
    // No file, no house: or one that was stopped, and left the file behind.
    return undefined;
  }
}

/** A request to its API, as the admin. */
export function ask({ url, token }: RunningHouse, path: string, init: Asking): Promise<Response> {
  return fetch(`${url}/api/v1/${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
}
