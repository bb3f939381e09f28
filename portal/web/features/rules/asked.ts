import type { Asked } from '#portal/web/ui/panel/Panel.tsx';

/** Two questions of which a panel needs both answers. */
export function both<A, B>(a: Asked<A>, b: Asked<B>): Asked<readonly [A, B]> {
  const there = a.data !== undefined && b.data !== undefined;
  return {
    data: there ? [a.data as A, b.data as B] : undefined,
    error: a.error ?? b.error,
    isPending: a.isPending || b.isPending,
    isFetching: a.isFetching || b.isFetching,
    dataUpdatedAt: Math.min(a.dataUpdatedAt, b.dataUpdatedAt),
    refetch: () => Promise.all([a.refetch(), b.refetch()]),
  };
}
