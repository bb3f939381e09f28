/** How many cases a run of alarms would have opened. */
import type { Transition } from './engine/types.ts';

/** A case that ended this shortly before is opened again instead of a new one. */
export const REOPEN_WITHIN_MS = 24 * 3_600_000;

interface Place {
  standing: number;
  lastCleared: number;
  cases: number;
}

/**
 * One open case a machine and component, as in contract.md, supposing that people resolve it when its last alarm clears.
 * `transitions` in order of time.
 */
export function countCases(transitions: readonly Transition[], reopenWithinMs = REOPEN_WITHIN_MS): number {
  const places = new Map<string, Place>();
  for (const { machine, component, transition, t } of transitions) {
    const key = `${machine} ${component ?? ''}`;
    const place = places.get(key) ?? { standing: 0, lastCleared: -Infinity, cases: 0 };
    places.set(key, place);
    if (transition === 'raised') {
      if (place.standing === 0 && t - place.lastCleared > reopenWithinMs) place.cases++;
      place.standing++;
    } else {
      place.standing--;
      place.lastCleared = t;
    }
  }
  return [...places.values()].reduce((sum, { cases }) => sum + cases, 0);
}
