import type { QualityAnswer } from '#shared/model/api/machine.ts';
import { NO_DATA_AFTER_MS } from '#shared/model/condition.ts';

/** Says nothing, is cut off, or sends what cannot be used. */
export function isConspicuous(row: Pick<QualityAnswer, 'online' | 'readingAt' | 'counts'>, now: number): boolean {
  const silent = row.readingAt === null || now - Date.parse(row.readingAt) > NO_DATA_AFTER_MS;
  return silent || row.online === false || Object.values(row.counts).some((number) => number > 0);
}
