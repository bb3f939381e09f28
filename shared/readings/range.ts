/** Width of one bucket in whole ms, so that at most `buckets` of them cover [from, to); the last may reach past `to`. */
export function bucketWidth({ from, to, buckets }: { from: number; to: number; buckets: number }): number {
  return Math.max(1, Math.ceil((to - from) / buckets));
}

/** The mean, or the middle of least and most where the sum of the readings is larger than any number. */
export function finiteMean(mean: number, min: number, max: number): number {
  return Number.isFinite(mean) ? mean : min / 2 + max / 2;
}
