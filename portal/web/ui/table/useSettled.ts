import { type FocusEvent, type PointerEvent, useMemo, useState } from 'react';
import { type Settled, settle } from './settle.ts';

interface Holding<T> extends Settled<T> {
  /** Shows the list as it is now. */
  readonly renew: () => void;
  /** Handlers of the list's element: while pointer or focus is in it, rows stay where they are. */
  readonly hold: {
    readonly onPointerEnter: (event: PointerEvent) => void;
    readonly onPointerLeave: () => void;
    readonly onFocus: () => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
}

/** `now` must be memoised; another `question` (filter, sorting, more pages) is shown at once. */
export function useSettled<T extends { readonly id: string }>(now: readonly T[], question: string): Holding<T> {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [kept, setKept] = useState({ question, rows: now });
  const renewed = kept.question !== question || kept.rows.length === 0 || (!pointer && !focus && kept.rows !== now);
  const shown = renewed ? now : kept.rows;
  if (renewed && (kept.rows !== now || kept.question !== question)) setKept({ question, rows: now });
  const settled = useMemo(() => settle(shown, now), [shown, now]);
  const hold = useMemo(
    () => ({
      // A finger leaves no pointer behind.
      onPointerEnter: (event: PointerEvent) => setPointer(event.pointerType === 'mouse'),
      onPointerLeave: () => setPointer(false),
      onFocus: () => setFocus(true),
      onBlur: (event: FocusEvent) => setFocus(event.currentTarget.contains(event.relatedTarget)),
    }),
    [],
  );
  return { ...settled, renew: () => setKept({ question, rows: now }), hold };
}
