/** Values for jsonb columns. */
import { type RawBuilder, sql } from 'kysely';

export type Json<T> = RawBuilder<T>;

/** What JSON can say and PostgreSQL cannot keep: NUL and halves of surrogate pairs. `\\` is matched to be stepped over. */
const UNKEEPABLE = /\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g;

/** The value as a jsonb parameter, the same for both drivers whatever it is; characters that cannot be kept become U+FFFD. */
export function json<T>(value: T): Json<T> {
  const text = JSON.stringify(value).replace(UNKEEPABLE, (found) => (found === '\\\\' ? found : '\uFFFD'));
  return sql<T>`cast(${text}::text as jsonb)`;
}
