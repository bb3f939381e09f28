/** A whole number and `ms`, `s`, `m`, `h` or `d`, as the files write it: `5m`. */
export type Duration = string;

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const DURATION_PATTERN = /^(\d{1,12})(ms|s|m|h|d)$/;

/** Milliseconds of a duration; undefined where the text is none. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_PATTERN.exec(text);
  if (!match) return undefined;
  const ms = Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** Milliseconds of a duration that was checked before. Throws RangeError on anything else. */
export function durationMs(text: Duration): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new RangeError(`"${text}" is no duration: write a whole number and ms, s, m, h or d`);
  return ms;
}
