/** Maintenance windows: when one holds. */
import { type Occurrence, type Recurrence, Series } from './recurrence.ts';

export interface WindowState {
  /** The occurrence that holds; undefined while none does. */
  readonly holds: Occurrence | undefined;
  /** When it is to be asked again, epoch ms; undefined: nothing changes any more. */
  readonly nextAt: number | undefined;
}

/** How a window stands at a moment (epoch ms); `endedAt`: a person ended it. Throws RangeError where it is no recurrence. */
export function windowState(window: Recurrence & { readonly endedAt?: number | undefined }, at: number): WindowState {
  if (window.endedAt !== undefined && at >= window.endedAt) return { holds: undefined, nextAt: undefined };
  const series = new Series(window);
  const holds = series.at(at);
  return { holds, nextAt: earlier(holds?.to ?? series.nextStart(at), window.endedAt) };
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
