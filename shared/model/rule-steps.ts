/** The way of a rule into work, and back: off, then as a pilot that disturbs nobody, then live. */
import type { Mode } from './rule.ts';

/** Mode → where it may be taken from there in one step. */
export const MODE_STEPS: Readonly<Record<Mode, readonly Mode[]>> = {
  off: ['pilot'],
  pilot: ['live', 'off'],
  live: ['pilot', 'off'],
};
