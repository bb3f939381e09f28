/** Optimistic locking: the revision a person saw, sent back as If-Match. */
import { invalid } from './problems.ts';

/** Undefined where any revision will do. */
export function revisionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const revision = /^(?:W\/)?"?(\d{1,9})"?$/.exec(ifMatch.trim())?.[1];
  if (revision === undefined) {
    throw invalid([{ path: 'header.if-match', message: 'is no revision: send what ETag said, such as "3"' }]);
  }
  return Number(revision);
}
