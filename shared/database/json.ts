/** Values for jsonb columns. */
import { type RawBuilder, sql } from 'kysely';

export type Json<T> = RawBuilder<T>;

/** The value as a jsonb parameter, the same for both drivers whatever it is (a string, an array, null inside). */
export function json<T>(value: T): Json<T> {
  return sql<T>`cast(${JSON.stringify(value)}::text as jsonb)`;
}
