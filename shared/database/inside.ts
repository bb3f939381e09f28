/**
 * Marks the body of a transaction. A query beside the transaction (through `database.kysely`) would wait for ever on the
 * embedded database and see another state on PostgreSQL, so both refuse it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const marks = new AsyncLocalStorage<{ open: boolean }>();

export async function runInside<T>(body: () => Promise<T>): Promise<T> {
  const mark = { open: true };
  try {
    return await marks.run(mark, body);
  } finally {
    mark.open = false;
  }
}

export function refuseInside(): void {
  if (marks.getStore()?.open) {
    throw new Error('Inside a transaction every query must go through the transaction.');
  }
}
