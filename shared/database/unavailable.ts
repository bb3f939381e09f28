/** Tells an outage of the database from a mistake in a query. */

/** The database cannot be reached or cannot work now; trying again later is right. Never carries credentials. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** SQLSTATE of an outage: connection, shut-down and start-up, time-out, out of resources, I/O, session ended for idling. */
const OUTAGE = /^(08...|57P0[1-5]|57014|53...|58...|25P03)$/;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);
const LOST = /connection (terminated|ended|timeout)|timeout exceeded when trying to connect|client has encountered/i;

/** Whether the server went away under the query, so that the same transaction may be tried again later. */
export function isOutage(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true;
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return code === undefined ? LOST.test(error.message) : OUTAGE.test(code) || NETWORK.has(code);
}

/** Two transactions were in each other's way; the database undid one, which may run again at once. */
export function isCollision(error: unknown): boolean {
  const code = error instanceof Error ? codeOf(error) : undefined;
  return code === '40P01' || code === '40001';
}

export function codeOf(error: Error): string | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}
