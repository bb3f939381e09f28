/** What two reasons of one alarm differ in, number by number. */
import type { Reason } from '#shared/model/reason.ts';

export interface Difference {
  /** Where: `raisedAt`, `reason.fact.value` … */
  readonly path: string;
  readonly stored: unknown;
  readonly recomputed: unknown;
}

interface Judged {
  readonly raisedAt: number | null;
  readonly reason: Reason | null;
}

/** Sums of windows that began elsewhere may differ in the last digits. */
const CLOSE = 1e-9;
/** Instants, epoch ms. */
const TIMES = /(?:^|\.)(?:raisedAt|since)$/;

/** `apartMs`: instants are alike so far apart. */
export function differencesOf(stored: Judged, recomputed: Judged, apartMs: number): readonly Difference[] {
  const found: Difference[] = [];
  const compare = (path: string, a: unknown, b: unknown): void => {
    if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        compare(path === '' ? key : `${path}.${key}`, a[key], b[key]);
    } else if (!alike(a, b, TIMES.test(path) ? apartMs : 0))
      found.push({ path, stored: a ?? null, recomputed: b ?? null });
  };
  compare('', stored, recomputed);
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function alike(a: unknown, b: unknown, apart: number): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= Math.max(apart, CLOSE * Math.max(Math.abs(a), Math.abs(b)));
}
