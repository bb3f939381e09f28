/** A list that does not move under the pointer: rows keep their place, what came and went is counted. */
export interface Settled<T> {
  readonly rows: readonly T[];
  /** Ids that are new and not shown yet. */
  readonly arrived: readonly string[];
  /** Ids that are shown, but no longer belong here. */
  readonly left: ReadonlySet<string>;
}

/** `shown` in its order with what is known now; `now` is the list as it would be shown anew. */
export function settle<T extends { readonly id: string }>(shown: readonly T[], now: readonly T[]): Settled<T> {
  if (shown === now) return { rows: now, arrived: [], left: new Set() };
  const fresh = new Map(now.map((row) => [row.id, row]));
  const known = new Set(shown.map((row) => row.id));
  return {
    rows: shown.map((row) => fresh.get(row.id) ?? row),
    arrived: now.filter((row) => !known.has(row.id)).map((row) => row.id),
    left: new Set(shown.filter((row) => !fresh.has(row.id)).map((row) => row.id)),
  };
}
