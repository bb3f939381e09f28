/** The tolerance of each sensor as it held in the range. */
import type { Queries } from '#shared/database/database.ts';
import { toleranceSpans } from '#shared/database/queries/tolerances.ts';
import type { RangeQuery } from '#shared/readings/port.ts';

export interface Band {
  readonly from: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly nominal: number | null;
}

export async function bandsOf(db: Queries, range: RangeQuery): Promise<ReadonlyMap<string, Band[]>> {
  const spans = await toleranceSpans(db, { ...range, from: new Date(range.from), to: new Date(range.to) });
  return new Map(
    [...spans].map(([sensor, list]) => [sensor, list.map((span) => ({ ...span, from: span.from.toISOString() }))]),
  );
}
