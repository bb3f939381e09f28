/** A loose plug: bursts of spikes, of missing values and of a value that does not move. */
import { uniform } from './noise.ts';

const BURST = 40_000;
/** What a resistance thermometer's input shows at a broken wire, °C: beyond every plausible range. */
const BROKEN_WIRE = 850;

export interface Touch {
  readonly t: number;
  readonly key: number;
  /** 0 the plug sits, 1 it is loose. */
  readonly level: number;
}

/**
 * What comes out instead of `value`; undefined where nothing does. `before` gives the value at an earlier time.
 */
export function loosened(value: number, { t, key, level }: Touch, before: (t: number) => number): number | undefined {
  const burst = Math.floor(t / BURST);
  const kind = uniform(key, burst) / Math.max(level, 0.01);
  if (kind > 0.62) return value;
  if (kind > 0.5) return before(burst * BURST);
  const now = uniform(key ^ 77, t);
  if (now < 0.42) return value;
  if (now < 0.55) return undefined;
  if (now > 0.97) return BROKEN_WIRE;
  return Math.round((value + (now < 0.72 ? -1 : 1) * (14 + 55 * uniform(key ^ 78, t))) * 10) / 10;
}
