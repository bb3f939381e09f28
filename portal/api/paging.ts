/** Lists come in pages: the cursor is the key of the last row, opaque to the outside. */
import { fits, type Key, type OrderKey, type Page, type Paged } from '#shared/database/queries/portal-page.ts';
import { invalid } from './problems.ts';

/** The page asked for. Throws a problem where the cursor is not one of this list's. */
export function pageOf(
  query: { readonly limit: number; readonly cursor?: string | undefined },
  keys: readonly OrderKey[],
): Page {
  if (query.cursor === undefined) return { limit: query.limit, after: undefined };
  const after = decode(query.cursor);
  if (!Array.isArray(after) || !fits(keys, after)) throw badCursor();
  return { limit: query.limit, after };
}

/** The answer of a list route, each row presented. */
export function listed<R, T>(
  { items, next, total }: Paged<R>,
  present: (row: R) => T,
): { items: T[]; next: string | null; total: number } {
  return { items: items.map(present), next: next ? cursorOf(next) : null, total };
}

export function cursorOf(keys: readonly Key[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

export function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

export function badCursor(): Error {
  return invalid([
    {
      path: 'query.cursor',
      message: 'is no cursor of this list: take the `next` of the page before, with the same sort',
    },
  ]);
}

/** A page of a list that is whole in memory; the cursor is the place. */
export function sliced<T>(
  all: readonly T[],
  query: { readonly limit: number; readonly cursor?: string | undefined },
): { items: T[]; next: string | null; total: number } {
  const begin = query.cursor === undefined ? 0 : placeOf(query.cursor);
  const end = begin + query.limit;
  return { items: all.slice(begin, end), next: end < all.length ? cursorOf([end]) : null, total: all.length };
}

function placeOf(cursor: string): number {
  const keys = decode(cursor);
  const place: unknown = Array.isArray(keys) ? keys[0] : undefined;
  if (!Number.isSafeInteger(place) || (place as number) < 0) throw badCursor();
  return place as number;
}
