/** Cuts a range so that each piece holds about as many readings as are read in one go, however unevenly they lie. */
import { bucketWidth } from './range.ts';

/** [from, to), epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** With the readings that were counted in it. */
export interface CountedSpan extends Span {
  readonly readings: number;
}

/** Readings in each of the parts of that width from the start of the span on, by its number; empty ones may be left out. */
export type CountParts = (span: Span, width: number) => Promise<readonly (readonly [part: number, count: number])[]>;

export interface Spans {
  readonly total: number;
  readonly spans: AsyncIterable<CountedSpan>;
}

const PARTS = 2_000;
/** A part that holds so many times what is wanted is cut again. */
const TOO_FULL = 2;

/** Spans of `wanted` readings or less, as far as parts of a millisecond allow; those without readings are left out. */
export async function spansOf(range: Span, wanted: number, count: CountParts): Promise<Spans> {
  if (range.to <= range.from) return { total: 0, spans: cut(range, 1, [], wanted, count) };
  const width = bucketWidth({ ...range, buckets: PARTS });
  const parts = await count(range, width);
  return { total: parts.reduce((sum, [, n]) => sum + n, 0), spans: cut(range, width, parts, wanted, count) };
}

async function* cut(
  range: Span,
  width: number,
  parts: readonly (readonly [part: number, count: number])[],
  wanted: number,
  count: CountParts,
): AsyncGenerator<CountedSpan, void, undefined> {
  let gathered: CountedSpan | undefined;
  for (const [part, readings] of parts) {
    if (readings === 0) continue;
    const from = range.from + part * width;
    const to = Math.min(range.to, from + width);
    if (gathered && gathered.readings + readings > wanted) {
      yield gathered;
      gathered = undefined;
    }
    if (readings > TOO_FULL * wanted && width > 1) yield* (await spansOf({ from, to }, wanted, count)).spans;
    else gathered = { from: gathered?.from ?? from, to, readings: (gathered?.readings ?? 0) + readings };
  }
  if (gathered) yield gathered;
}

/** Fetches each span while the one before it is being worked on. */
export async function* ahead<T>(
  spans: AsyncIterable<CountedSpan>,
  fetch: (span: CountedSpan) => Promise<T>,
): AsyncGenerator<T, void, undefined> {
  let next: Promise<T> | undefined;
  for await (const span of spans) {
    const before = next;
    next = fetch(span);
    // awaited in its turn; until then a failure must not end the process
    next.catch(() => undefined);
    if (before) yield await before;
  }
  if (next) yield await next;
}
