import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef } from 'react';
import { Link } from 'react-router';
import { cases } from '#portal/web/api/queries.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { count } from '#portal/web/ui/format/number.ts';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { useAddress } from '#portal/web/ui/useAddress.ts';
import { CaseList } from './CaseList.tsx';
import { Filters } from './Filters.tsx';
import { FILTERS, type InboxView, queryOf, readView, viewsFor, writeView } from './view.ts';
import classes from './inbox.module.css';

/** On a phone the views do not fit side by side. */
function showWhole(link: HTMLAnchorElement | null): void {
  link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** The inbox: views, filters, list. `open` is the case shown beside it. */
export function Inbox({ open }: { readonly open: string | undefined }) {
  const { t, language } = useTexts();
  const works = useMay()('case.work');
  const { params, write } = useAddress();
  const view = useMemo(() => readView(params, works), [params, works]);
  const change = useCallback(
    (wanted: { readonly [K in keyof InboxView]?: InboxView[K] | undefined }) => write((now) => writeView(now, wanted)),
    [write],
  );
  const query = queryOf(view);
  const list = useInfiniteQuery(cases(query));
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const searchRef = useRef<HTMLInputElement>(null);
  useShortcuts({ search: () => searchRef.current?.focus() });
  const search = params.size > 0 ? `?${params.toString()}` : '';
  const filtered = FILTERS.some((filter) => view[filter] !== undefined);
  const total = data?.pages.at(-1)?.total;
  return (
    <div className={classes.inbox}>
      <nav className={classes.views} aria-label={t('inbox.views')}>
        {viewsFor(works).map((each) => (
          <Link
            key={each}
            to={`/cases?${writeView(params, { view: each }).toString()}`}
            className={classes.view}
            ref={each === view.view ? showWhole : undefined}
            aria-current={each === view.view ? 'page' : undefined}
          >
            {t(`inbox.${each}`)}
            {each === view.view && total !== undefined && (
              <span className={classes.number}>{count(language, total)}</span>
            )}
          </Link>
        ))}
      </nav>
      <Filters view={view} onChange={change} searchRef={searchRef} />
      <Panel
        label={t('inbox.list')}
        asked={list}
        bare
        lines={8}
        empty={{
          when: () => rows.length === 0,
          title: t('inbox.empty'),
          hint:
            view.view === 'new' && !filtered
              ? t('inbox.emptyNew')
              : view.view === 'mine' && !filtered
                ? t('inbox.emptyMine')
                : t('inbox.emptyOther'),
          action: filtered && (
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                change({ severity: undefined, customer: undefined, machine: undefined, owner: undefined, q: undefined })
              }
            >
              {t('fleet.clearFilter')}
            </Button>
          ),
        }}
      >
        {() => (
          <CaseList
            cases={rows}
            question={`${JSON.stringify(query)} ${data?.pages.length ?? 0}`}
            open={open}
            search={search}
            more={hasNextPage ? more : undefined}
          />
        )}
      </Panel>
    </div>
  );
}
