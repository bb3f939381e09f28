import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { fleetSummary, machines } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { useAddress } from '#portal/web/ui/useAddress.ts';
import { MachineList } from './MachineList.tsx';
import { SummaryLine } from './SummaryLine.tsx';
import { Toolbar } from './Toolbar.tsx';
import { type FleetView, readView, writeView } from './view.ts';

/** Freshness of readings turns machines to "?" without an event, so the list is read again now and then. */
const RENEW_MS = 30_000;
/** Groups want the whole fleet, up to this many machines. */
const GROUPED_MAX = 2_000;

export function Fleet() {
  const { t } = useTexts();
  const { params, write } = useAddress();
  const view = useMemo(() => readView(params), [params]);
  const change = useCallback((wanted: Partial<FleetView>) => write((now) => writeView(now, wanted)), [write]);
  const summary = useQuery({ ...fleetSummary, refetchInterval: RENEW_MS });
  const { condition, sort, q } = view;
  const list = useInfiniteQuery({ ...machines({ condition, sort, q: q || undefined }), refetchInterval: RENEW_MS });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const total = data?.pages.at(-1)?.total ?? 0;

  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const wantsAll = view.group !== 'none' && hasNextPage && rows.length < GROUPED_MAX;
  useEffect(() => {
    if (wantsAll) more();
  }, [wantsAll, more]);

  const search = useRef<HTMLInputElement>(null);
  useShortcuts({ search: () => search.current?.focus() });
  const filtered = condition !== undefined || q !== '';
  return (
    <>
      <Panel label={t('fleet.summary')} asked={summary} bare lines={2}>
        {(counts) => (
          <SummaryLine summary={counts} chosen={condition} onChoose={(wanted) => change({ condition: wanted })} />
        )}
      </Panel>
      <Toolbar view={view} onChange={change} searchRef={search} />
      <Panel
        label={t('fleet.list')}
        asked={list}
        lines={8}
        empty={{
          when: () => rows.length === 0,
          title: filtered ? t('fleet.emptyFilter') : t('fleet.empty'),
          ...(filtered ? {} : { hint: t('fleet.emptyHint') }),
          action: filtered && (
            <Button size="xs" variant="default" onClick={() => change({ condition: undefined, q: '' })}>
              {t('fleet.clearFilter')}
            </Button>
          ),
        }}
      >
        {() => (
          <MachineList
            machines={rows}
            total={total}
            group={view.group}
            question={`${condition ?? ''} ${sort} ${q} ${data?.pages.length ?? 0}`}
            more={hasNextPage ? more : undefined}
          />
        )}
      </Panel>
    </>
  );
}
