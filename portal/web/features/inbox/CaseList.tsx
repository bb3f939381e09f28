import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import type { CaseListItem } from '#shared/model/api/case.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { CaseLine } from '#portal/web/ui/case/CaseLine.tsx';
import { useCaseStep } from '#portal/web/ui/case/useCaseStep.ts';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { useSettled } from '#portal/web/ui/table/useSettled.ts';
import classes from './inbox.module.css';

interface CaseListProps {
  readonly cases: readonly CaseListItem[];
  readonly question: string;
  /** The case that is open beside the list. */
  readonly open: string | undefined;
  readonly search: string;
  readonly more: (() => void) | undefined;
}

/** The list: walked by keyboard, and still under the pointer while new cases come in. */
export function CaseList({ cases, question, open, search, more }: CaseListProps) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const step = useCaseStep();
  const { rows, arrived, left, renew, hold } = useSettled(cases, question);
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 88,
    getItemKey: (i) => rows[i]?.id ?? i,
    overscan: 6,
  });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && lastSeen >= rows.length - 15) more();
  }, [more, lastSeen, rows.length]);

  // Keys come faster than the focus follows: until it has, the place it goes to counts.
  const going = useRef<number>(undefined);
  const place = (): number => {
    if (going.current !== undefined) return going.current;
    const focused = frame.current?.querySelector(':focus')?.closest('[data-index]')?.getAttribute('data-index');
    return focused ? Number(focused) : rows.findIndex((row) => row.id === open);
  };
  const go = (index: number): void => {
    const row = rows[index];
    if (!row) return;
    going.current = index;
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => {
      frame.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)?.focus();
      going.current = undefined;
    });
    if (open !== undefined) void navigate(`/cases/${row.id}${search}`, { replace: true, preventScrollReset: true });
  };
  const chosen = (): CaseListItem | undefined => rows[place()];
  /** A key for the list alone: the open case has its own. */
  const onRow = (act: (row: CaseListItem) => void) => (open === undefined ? () => withRow(chosen(), act) : undefined);
  const openWith = (wanted: 'comment' | 'resolve') =>
    onRow((row) => void navigate(`/cases/${row.id}${search}`, { state: { do: wanted } }));

  useShortcuts({
    'list.next': () => go(Math.min(place() + 1, rows.length - 1)),
    'list.previous': () => go(Math.max(place() - 1, 0)),
    'list.open': onRow((row) => void navigate(`/cases/${row.id}${search}`)),
    'list.new': arrived.length + left.size > 0 ? renew : undefined,
    'case.acknowledge': onRow((row) => {
      if (!row.may.includes('acknowledge')) return;
      step.mutate({ step: 'acknowledge', body: {}, case: row });
      go(place() + 1);
    }),
    'case.assign': onRow((row) => {
      if (!row.may.includes('assign')) return;
      step.mutate({ step: 'assign', body: {}, case: row });
      go(place() + 1);
    }),
    'case.comment': openWith('comment'),
    'case.resolve': openWith('resolve'),
  });

  return (
    <>
      {arrived.length + left.size > 0 && (
        <div className={classes.arrived} role="status">
          {arrived.length > 0 ? t('inbox.arrived', { count: arrived.length }) : t('inbox.changed')}
          <Button size="compact-sm" variant="default" onClick={renew}>
            {t('inbox.show')}
          </Button>
        </div>
      )}
      <div ref={frame} className={classes.scroll} {...hold}>
        <ul className={classes.list} style={{ height: virtual.getTotalSize() }} aria-label={t('inbox.list')}>
          {items.map(({ index, key, start }) => {
            const row = rows[index];
            return (
              row && (
                <li
                  key={key}
                  data-index={index}
                  ref={virtual.measureElement}
                  className={classes.item}
                  style={{ transform: `translateY(${start}px)` }}
                  aria-setsize={rows.length}
                  aria-posinset={index + 1}
                >
                  <CaseLine
                    item={row}
                    to={`/cases/${row.id}${search}`}
                    current={row.id === open}
                    gone={left.has(row.id)}
                  />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </>
  );
}

function withRow(row: CaseListItem | undefined, act: (row: CaseListItem) => void): void {
  if (row) act(row);
}
