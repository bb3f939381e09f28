/** Live readings go into the course that is shown already, so that it moves along without being read again. */
import type { Bucket } from './course.ts';

export interface LivePoint {
  /** Epoch ms. */
  readonly t: number;
  readonly value: number;
}

/** Buckets with later readings merged in. What is older than the last bucket is left to the next full reading. */
export function appendPoints(
  buckets: readonly Bucket[],
  points: readonly LivePoint[],
  origin: number,
  bucketMs: number,
): readonly Bucket[] {
  const result = [...buckets];
  for (const { t, value } of points) {
    const start = origin + Math.floor((t - origin) / bucketMs) * bucketMs;
    const last = result.at(-1);
    const lastStart = last ? Date.parse(last.t) : -Infinity;
    if (last && Math.abs(start - lastStart) < bucketMs / 2) result[result.length - 1] = merged(last, value);
    else if (start > lastStart)
      result.push({ t: new Date(start).toISOString(), min: value, max: value, mean: value, count: 1 });
  }
  return result;
}

function merged(bucket: Bucket, value: number): Bucket {
  const count = bucket.count + 1;
  return {
    t: bucket.t,
    min: Math.min(bucket.min, value),
    max: Math.max(bucket.max, value),
    mean: bucket.mean + (value - bucket.mean) / count,
    count,
  };
}
