import { useCallback } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

export interface Address {
  /** What follows the question mark, as the page was last drawn with it. */
  readonly params: URLSearchParams;
  /** Writes what `next` makes of the address as it is now. `push`: the browser's Back leads to the address before. */
  readonly write: (next: (now: URLSearchParams) => URLSearchParams, push?: boolean) => void;
}

/**
 * The part of the address that says how a page is looked at. The router draws a page some time after its address changed,
 * and `useSearchParams` hands out the drawn one: of two changes in quick succession it would lose the first.
 */
export function useAddress(): Address {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const write = useCallback<Address['write']>(
    (next, push = false) => {
      const search = next(new URLSearchParams(window.location.search)).toString();
      void navigate({ search }, { replace: !push, preventScrollReset: true });
    },
    [navigate],
  );
  return { params, write };
}
