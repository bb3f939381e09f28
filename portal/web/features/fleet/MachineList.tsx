import { Button, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { MachineListItem } from '#shared/model/api/machine.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ConditionSign } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { useSettled } from '#portal/web/ui/table/useSettled.ts';
import { MachineCard, MachineHead, MachineRow } from './MachineRow.tsx';
import { type Group, type Line, linesOf, tally } from './view.ts';
import classes from './fleet.module.css';

interface MachineListProps {
  readonly machines: readonly MachineListItem[];
  readonly total: number;
  readonly group: Group;
  /** What was asked; another question renews the order at once. */
  readonly question: string;
  readonly more: (() => void) | undefined;
}

const NARROW = '(max-width: 1020px)';

/** The fleet as a table, on narrow screens as cards; only the lines in view exist. */
export function MachineList({ machines, total, group, question, more }: MachineListProps) {
  const { t, language } = useTexts();
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  const { rows, arrived, left, renew, hold } = useSettled(machines, question);
  const lines = useMemo(() => linesOf(rows, group, language, t('fleet.noSite')), [rows, group, language, t]);
  const moved = useMemo(() => rows.some((row, i) => machines[i]?.id !== row.id), [rows, machines]);
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(
    () => setTop(frame.current ? frame.current.getBoundingClientRect().top + window.scrollY : 0),
    [narrow],
  );
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (i) => (lines[i]?.kind === 'group' ? 36 : narrow ? 132 : 47),
    getItemKey: (i) => lines[i]?.id ?? i,
    overscan: 8,
    scrollMargin: top,
  });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && lastSeen >= lines.length - 20) more();
  }, [more, lastSeen, lines.length]);

  const focusLine = (step: 1 | -1): void => {
    const now = Number(document.activeElement?.closest('[data-index]')?.getAttribute('data-index') ?? -1);
    for (let next = now + step; next >= 0 && next < lines.length; next += step) {
      if (lines[next]?.kind !== 'machine') continue;
      virtual.scrollToIndex(next);
      requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
      return;
    }
  };
  useShortcuts({
    'list.next': () => focusLine(1),
    'list.previous': () => focusLine(-1),
    'list.new': moved ? renew : undefined,
  });

  return (
    <>
      {moved && arrived.length + left.size + 1 > 0 && (
        <div className={classes.renew} role="status">
          {t('fleet.changed', { count: Math.max(1, arrived.length, left.size) })}
          <Button size="compact-sm" variant="default" onClick={renew}>
            {t('fleet.reorder')}
          </Button>
        </div>
      )}
      <div className={classes.table} role="table" aria-label={t('fleet.list')} aria-rowcount={total + 1} {...hold}>
        {!narrow && (
          <div role="rowgroup" className={classes.sticky}>
            <MachineHead />
          </div>
        )}
        <div role="rowgroup" ref={frame} className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const line = lines[index];
            return (
              line && (
                <div
                  key={key}
                  role="row"
                  aria-rowindex={index + 2}
                  data-index={index}
                  ref={virtual.measureElement}
                  className={line.kind === 'group' ? classes.group : narrow ? classes.cardRow : classes.row}
                  style={{ transform: `translateY(${start - top}px)` }}
                >
                  {line.kind === 'group' ? (
                    <GroupHead line={line} />
                  ) : narrow ? (
                    <MachineCard machine={line.machine} />
                  ) : (
                    <MachineRow machine={line.machine} />
                  )}
                </div>
              )
            );
          })}
        </div>
      </div>
    </>
  );
}

function GroupHead({ line }: { readonly line: Extract<Line, { kind: 'group' }> }) {
  const { t } = useTexts();
  return (
    <span role="cell" className={classes.groupHead}>
      <strong>{line.name}</strong>
      <span className={classes.muted}>{t('fleet.machines', { count: line.machines.length })}</span>
      {tally(line.machines).map(([condition, number]) => (
        <span key={condition} className={classes.tally}>
          <ConditionSign condition={condition} size={16} />
          <VisuallyHidden>{t(`condition.${condition}`)}</VisuallyHidden>
          {number}
        </span>
      ))}
    </span>
  );
}
