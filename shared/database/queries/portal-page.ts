/** Pages by key: a page begins after the last row of the one before, so rows that come and go between never shift it. */
import { type RawBuilder, sql } from 'kysely';
import type { Scope } from '#shared/model/access.ts';

export type Key = string | number;

export interface Page {
  readonly limit: number;
  /** Keys of the last row of the page before. */
  readonly after: readonly Key[] | undefined;
}

export interface Paged<T> {
  readonly items: readonly T[];
  /** Keys of the last row; undefined where nothing follows. */
  readonly next: readonly Key[] | undefined;
  readonly total: number;
}

/** An expression rows are ordered by, ascending, and its type. */
export interface OrderKey {
  readonly by: RawBuilder<unknown>;
  readonly type: 'number' | 'text';
}

export const numberKey = (by: RawBuilder<unknown>): OrderKey => ({
  by: sql`cast(${by} as double precision)`,
  type: 'number',
});
export const textKey = (by: RawBuilder<unknown>): OrderKey => ({
  by: sql`cast(${by} as text) collate "C"`,
  type: 'text',
});

/** The keys as columns `key_0`, `key_1`, … */
export function keyColumns(keys: readonly OrderKey[]): RawBuilder<unknown> {
  return sql.join(keys.map(({ by }, i) => sql`${by} as ${sql.ref(`key_${i}`)}`));
}

export function orderBy(keys: readonly OrderKey[]): RawBuilder<unknown> {
  return sql.join(keys.map((_, i) => sql.ref(`key_${i}`)));
}

/** True for rows after the page before. Undefined `after`: for every row. */
export function follows(keys: readonly OrderKey[], after: readonly Key[] | undefined): RawBuilder<boolean> {
  if (!after) return sql<boolean>`true`;
  const values = keys.map(({ type }, i) =>
    type === 'number' ? sql`cast(${after[i]} as double precision)` : sql`cast(${after[i]} as text)`,
  );
  return sql<boolean>`(${sql.join(keys.map(({ by }) => by))}) > (${sql.join(values)})`;
}

/** Whether keys that came from outside fit. */
export function fits(keys: readonly OrderKey[], after: readonly unknown[]): after is readonly Key[] {
  return (
    after.length === keys.length &&
    keys.every(({ type }, i) => (type === 'number' ? Number.isFinite(after[i]) : typeof after[i] === 'string'))
  );
}

/** Of `limit + 1` rows that were read: the page, and the keys of its last row where more follow. */
export function cut<R extends object>(
  rows: readonly R[],
  limit: number,
  keys: readonly OrderKey[],
): Pick<Paged<R>, 'items' | 'next'> {
  const items = rows.slice(0, limit);
  const last = items.at(-1) as Record<string, Key> | undefined;
  return { items, next: rows.length > limit && last ? keys.map((_, i) => last[`key_${i}`] as Key) : undefined };
}

/** True where the customer in `column` may be seen. */
export function seen(scope: Scope, column: string): RawBuilder<boolean> {
  if (scope === 'all') return sql<boolean>`true`;
  return scope.length === 0 ? sql<boolean>`false` : sql<boolean>`${sql.ref(column)} in (${sql.join([...scope])})`;
}

/** Every condition that is given, joined by `and`. */
export function every(...conditions: (RawBuilder<unknown> | undefined)[]): RawBuilder<boolean> {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(given, sql` and `)}`;
}

/** A pattern for `ilike` that finds the text anywhere, taken literally. */
export function anywhere(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** True where a name holds the pattern in any of its languages. */
export function named(column: string, pattern: string): RawBuilder<boolean> {
  const name = sql.ref(column);
  return sql<boolean>`exists (
    select from jsonb_each_text(case jsonb_typeof(${name}) when 'object' then ${name} else jsonb_build_object('', ${name}) end) as word
    where word.value ilike ${pattern})`;
}

/** A name in a language, from a column that holds a string or a map of languages. */
export function nameIn(column: string, language: string): RawBuilder<string | null> {
  const name = sql.ref(column);
  return sql<
    string | null
  >`coalesce(${name} ->> cast(${language} as text), ${name} ->> 'de', ${name} ->> 'en', ${name} #>> '{}')`;
}
