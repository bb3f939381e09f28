/** What the writer counts: each thing once its place in the journal is behind it. */
import type { RejectReason } from '#shared/telemetry/types.ts';

export interface Counts {
  messages: number;
  /** Readings stored, as they came and derived. */
  readings: number;
  derived: number;
  events: number;
  /** Readings and events the store refused for good. */
  refused: number;
  /** Entries that could not be interpreted at all, by a mistake of ours. */
  setAside: number;
  /** Bytes of the journal that could not be read. */
  damagedBytes: number;
  readonly rejected: Partial<Record<RejectReason, number>>;
}

export function noCounts(): Counts {
  return { messages: 0, readings: 0, derived: 0, events: 0, refused: 0, setAside: 0, damagedBytes: 0, rejected: {} };
}

export function addCounts(total: Counts, more: Counts): void {
  for (const name of ['messages', 'readings', 'derived', 'events', 'refused', 'setAside', 'damagedBytes'] as const) {
    total[name] += more[name];
  }
  for (const [reason, n] of Object.entries(more.rejected) as [RejectReason, number][]) {
    total.rejected[reason] = (total.rejected[reason] ?? 0) + n;
  }
}
