/** What a person wants when an alarm is set aside, and what is asked of the server for it. */
import type { ShelveBody } from '#shared/model/api/alarm.ts';

export const VARIANTS = ['time', 'next', 'raises', 'growth'] as const;
type Variant = (typeof VARIANTS)[number];

const HOUR = 3_600_000;
const SPAN_MS = { hour: HOUR, shift: 8 * HOUR, day: 24 * HOUR, week: 168 * HOUR } as const;
type SpanName = keyof typeof SPAN_MS;
export const SPANS = Object.keys(SPAN_MS) as SpanName[];

/** As it stands in the form; a number that was taken out is a text. */
export interface ShelveDraft {
  readonly variant: Variant;
  readonly length: SpanName;
  readonly raises: number | string;
  /** Minutes. */
  readonly within: number | string;
  /** Percentage points. */
  readonly growsBy: number | string;
  readonly reason: string;
}

export const FIRST_DRAFT: ShelveDraft = {
  variant: 'time',
  length: 'shift',
  raises: 3,
  within: 10,
  growsBy: 10,
  reason: '',
};

/** What to ask for; undefined while something is missing. `now`: epoch ms. */
export function shelveBodyOf(draft: ShelveDraft, now: number): ShelveBody | undefined {
  const reason = draft.reason.trim();
  if (reason === '') return undefined;
  switch (draft.variant) {
    case 'time':
      return { reason, until: new Date(now + SPAN_MS[draft.length]).toISOString() };
    case 'next':
      return { reason, raises: 1 };
    case 'raises':
      if (!isWhole(draft.raises) || !isWhole(draft.within)) return undefined;
      return { reason, raises: draft.raises, within: `${draft.within}m` };
    case 'growth':
      if (typeof draft.growsBy !== 'number' || draft.growsBy <= 0) return undefined;
      return { reason, growsBy: draft.growsBy };
  }
}

function isWhole(value: number | string): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
