/** Randomness as a function of place and time: the same seed yields the same noise, whenever and in whatever order it is asked. */

/** Mixes two whole numbers to 32 well-stirred bits (finalizer of MurmurHash3). */
export function mix(a: number, b: number): number {
  let h = (a ^ Math.imul(b | 0, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A key of a text (FNV-1a), to tell machines and sensors apart. */
export function keyOf(text: string, seed = 0): number {
  let h = (0x811c9dc5 ^ seed) | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, seed);
}

/** Evenly in [0, 1), for whole numbers `n` up to 2^53. */
export function uniform(key: number, n: number): number {
  return mix(mix(key, n % 0x1_0000_0000), Math.floor(n / 0x1_0000_0000)) / 0x1_0000_0000;
}

/** Mean 0, standard deviation 1, never beyond ±3: what a sensor's electronics add. */
export function white(key: number, n: number): number {
  return 2 * (uniform(key, n) + uniform(key ^ 0x5bd1e995, n) + uniform(key ^ 0x27d4eb2f, n) - 1.5);
}

/** The same, but wandering: it changes its mind about once a period, ms. */
export function wander(key: number, t: number, period: number): number {
  const at = t / period;
  const n = Math.floor(at);
  const f = at - n;
  const weight = f * f * (3 - 2 * f);
  return white(key, n) * (1 - weight) + white(key, n + 1) * weight;
}
