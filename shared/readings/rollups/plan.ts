/** Which parts of a range are answered from what is rolled up, and which from the raw readings. */
import type { Span } from '../spans.ts';
import { wholeAfter, wholeBefore } from './grid.ts';
import { type Mark, type RollupState, type Unit, UNIT_MS } from './port.ts';

export interface Plan {
  readonly rolled: readonly Span[];
  readonly raw: readonly Span[];
}

/** Raw parts that lie so near to each other are asked as one: fewer questions for some more readings. */
const BRIDGED_MS = 3 * UNIT_MS.hour;

/**
 * Every reading of the range is in exactly one part. Where raw readings were given up, whole units are taken at both ends,
 * and an hour that is marked as it was rolled up.
 */
export function planOf(range: Span, unit: Unit, state: RollupState, marks: readonly Mark[]): Plan {
  const { rawFrom } = state;
  const width = UNIT_MS[unit];
  const inner = {
    from: Math.max(state.from, range.from < rawFrom ? wholeBefore(range.from, width) : wholeAfter(range.from, width)),
    to: Math.min(state.to, range.to < rawFrom ? wholeAfter(range.to, width) : wholeBefore(range.to, width)),
  };
  const stale = marks
    .filter(({ hour }) => hour >= rawFrom)
    .map(({ hour }) => ({ from: hour, to: hour + UNIT_MS.hour }));
  const asked = { from: Math.max(range.from, rawFrom), to: range.to };
  const raw = bridged(without(asked, without(inner, stale)));
  return { rolled: without(inner, raw), raw };
}

/** What is left of a span without others, in order of time. */
function without({ from, to }: Span, others: readonly Span[]): Span[] {
  const left: Span[] = [];
  let at = from;
  for (const other of others.toSorted((a, b) => a.from - b.from)) {
    if (Math.min(other.from, to) > at) left.push({ from: at, to: Math.min(other.from, to) });
    at = Math.max(at, other.to);
  }
  if (to > at) left.push({ from: at, to });
  return left;
}

function bridged(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && span.from - last.to <= BRIDGED_MS) joined[joined.length - 1] = { from: last.from, to: span.to };
    else joined.push(span);
  }
  return joined;
}
