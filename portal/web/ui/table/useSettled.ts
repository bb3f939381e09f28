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

interface Kept<T> extends Settled<T> {
  readonly question: string;
  /** The list that was looked at last. */
  readonly seen: readonly T[];
}

/** `now` must be memoised; another `question` (filter, sorting, more pages) is shown at once. */
export function useSettled<T extends { readonly id: string }>(now: readonly T[], question: string): Holding<T> {
  const [pointer, setPointer] = useState(false);
  const [focus, setFocus] = useState(false);
  const [kept, setKept] = useState<Kept<T>>(() => ({ question, seen: now, ...settle(now, now) }));
  const renew = (): Kept<T> => ({ question, seen: now, ...settle(now, now) });

  let current = kept;
  const free = !pointer && !focus;
  if (kept.question !== question || kept.rows.length === 0) {
    if (kept.seen !== now || kept.question !== question) current = renew();
  } else if (free && kept.rows !== now) current = renew();
  else if (!free && kept.seen !== now) current = { question, seen: now, ...settle(kept.rows, now) };
  if (current !== kept) setKept(current);

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
  const { rows, arrived, left } = current;
  return { rows, arrived, left, renew: () => setKept(renew()), hold };
}
