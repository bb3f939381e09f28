/** Buckets put together from their shares. */
import type { Bucket, Envelope } from '../port.ts';
import { finiteMean } from '../range.ts';
import type { Grid, Share } from './port.ts';

type Shares = ReadonlyMap<string, readonly Share[]>;

/** Several shares of one bucket become one. */
export function envelopeOf(sensors: readonly string[], answers: readonly Shares[], grid: Grid): Envelope {
  const found = sensors.map(
    (sensor) =>
      [
        sensor,
        bucketsOf(
          answers.flatMap((of) => of.get(sensor) ?? []),
          grid,
        ),
      ] as const,
  );
  return { width: grid.width, sensors: new Map(found) };
}

/** Where the sum of the readings may be larger than any number, no sum of sums can be trusted. */
export function mayOverflow(answers: readonly Shares[]): boolean {
  return answers.some((of) =>
    [...of.values()].some((shares) =>
      shares.some(({ min, max, count }) => !Number.isFinite(2 * Math.max(-min, max) * count)),
    ),
  );
}

function bucketsOf(shares: readonly Share[], { start, width }: Grid): Bucket[] {
  const byPlace = new Map<number, Share>();
  for (const share of shares) {
    const other = byPlace.get(share.place);
    byPlace.set(share.place, other ? together(other, share) : share);
  }
  return [...byPlace.values()]
    .toSorted((a, b) => a.place - b.place)
    .map(({ place, min, max, sum, count }) => {
      return { t: start + place * width, min, max, mean: finiteMean(sum / count, min, max), count };
    });
}

function together(a: Share, b: Share): Share {
  return {
    place: a.place,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: a.sum + b.sum,
    count: a.count + b.count,
  };
}
