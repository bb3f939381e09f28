/** What of the inbox is looked at, as the address says it. Open cases are never hidden by a time. */
import { SEVERITIES, type Severity } from '#shared/model/rule.ts';
import type { Query } from '#portal/web/api/client.ts';

export const VIEWS = ['new', 'mine', 'open', 'waiting', 'shelved', 'closed'] as const;
export type View = (typeof VIEWS)[number];
export const SORTS = ['urgency', 'last', 'opened', 'number'] as const;
export type Sort = (typeof SORTS)[number];

export interface InboxView {
  readonly view: View;
  readonly sort: Sort;
  readonly severity: Severity | undefined;
  readonly customer: string | undefined;
  readonly machine: string | undefined;
  /** An account's id, `me` or `none`. */
  readonly owner: string | undefined;
  readonly q: string | undefined;
}

export const FILTERS = ['severity', 'customer', 'machine', 'owner', 'q'] as const;
export type Filter = (typeof FILTERS)[number];

/** Views a person has: without a hand in the work there is nothing new, mine, waiting or shelved. */
export function viewsFor(works: boolean): readonly View[] {
  return works ? VIEWS : ['open', 'closed'];
}

export function readView(params: URLSearchParams, works: boolean): InboxView {
  const text = (key: string): string | undefined => params.get(key) || undefined;
  const views = viewsFor(works);
  return {
    view: views.find((each) => each === params.get('view')) ?? (works ? 'new' : 'open'),
    sort: SORTS.find((each) => each === params.get('sort')) ?? 'urgency',
    severity: SEVERITIES.find((each) => each === params.get('severity')),
    customer: text('customer'),
    machine: text('machine'),
    owner: text('owner'),
    q: text('q'),
  };
}

/** The address with a change; undefined takes a filter off. */
export function writeView(
  params: URLSearchParams,
  change: { readonly [K in keyof InboxView]?: InboxView[K] | undefined },
): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined || value === '' || (key === 'sort' && value === 'urgency')) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

const ASKED: Readonly<Record<View, Query>> = {
  new: { status: 'new' },
  mine: { status: 'open', owner: 'me' },
  open: { status: 'open' },
  waiting: { status: 'waiting' },
  shelved: { status: 'shelved' },
  closed: { status: 'done', sort: 'last' },
};

/** What the server is asked for a view and its filters. */
export function queryOf({ view, sort, severity, customer, machine, owner, q }: InboxView): Query {
  return { sort, severity, customer, machine, owner, q, ...ASKED[view] };
}
