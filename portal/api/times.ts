/** Times as they leave: ISO 8601 in UTC. */

export function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}

/** The later one of what the database and what the live reader knows (epoch ms). */
export function later(stored: Date | null, live: number | undefined): string | null {
  const newest = Math.max(stored?.getTime() ?? -Infinity, live ?? -Infinity);
  return Number.isFinite(newest) ? new Date(newest).toISOString() : null;
}
