import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { PlantAnswer, RuleAnswer } from '#shared/model/api/rule.ts';
import { plant, rules } from '#portal/web/api/queries.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { Empty, Panel } from '#portal/web/ui/panel/Panel.tsx';
import { useAddress } from '#portal/web/ui/useAddress.ts';
import { both } from './asked.ts';
import { fits, readFilter, type RuleFilter, rowsOf, writeFilter } from './list-view.ts';
import { RuleFilters } from './RuleFilters.tsx';
import { RuleLine } from './RuleLine.tsx';
import classes from './rules.module.css';

type FilterChange = { readonly [K in keyof RuleFilter]?: RuleFilter[K] | undefined };

/** The rulebook: what each rule watches in words, whether it is live, what stands and how often it hit. */
export function RuleList() {
  const { t } = useTexts();
  const may = useMay();
  const { params, write } = useAddress();
  const filter = useMemo(() => readFilter(params), [params]);
  const known = useQuery(plant);
  const asked = both(useQuery(rules), known);
  const change = (wanted: FilterChange): void => write((now) => writeFilter(now, wanted));
  const add = may('rule.change') && (
    <Button component={Link} to="/rules?new=1" size="sm" leftSection={<Icon name="plus" size={15} />}>
      {t('rules.new')}
    </Button>
  );
  return (
    <>
      <div className={classes.toolbar}>
        <RuleFilters filter={filter} plant={known.data} onChange={change} />
        <span className={classes.spacer} />
        {add}
      </div>
      <Panel
        label={t('rules.list')}
        asked={asked}
        lines={8}
        empty={{
          when: ([all]) => all.length === 0,
          title: t('rules.empty'),
          hint: t('rules.emptyHint'),
        }}
      >
        {([all, about]) => <Lines rules={all} plant={about} filter={filter} onChange={change} />}
      </Panel>
    </>
  );
}

interface LinesProps {
  readonly rules: readonly RuleAnswer[];
  readonly plant: PlantAnswer;
  readonly filter: RuleFilter;
  readonly onChange: (change: FilterChange) => void;
}

/** Only the lines in view exist. */
function Lines({ rules: all, plant: about, filter, onChange }: LinesProps) {
  const { t, language } = useTexts();
  const rows = useMemo(() => rowsOf(all, about, language), [all, about, language]);
  const shown = useMemo(() => rows.filter((row) => fits(row, filter, language)), [rows, filter, language]);
  const frame = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(frame.current ? frame.current.getBoundingClientRect().top + window.scrollY : 0), []);
  const virtual = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => 82,
    getItemKey: (i) => shown[i]?.rule.id ?? i,
    overscan: 8,
    scrollMargin: top,
  });
  const focusLine = (step: 1 | -1): void => {
    const now = document.activeElement?.closest('[data-index]')?.getAttribute('data-index');
    const next = now == null ? 0 : Number(now) + step;
    if (next < 0 || next >= shown.length) return;
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
  };
  useShortcuts({ 'list.next': () => focusLine(1), 'list.previous': () => focusLine(-1) });
  if (shown.length === 0) {
    const off = { q: undefined, mode: undefined, severity: undefined, model: undefined, component: undefined };
    return (
      <Empty
        title={t('rules.emptyFilter')}
        action={
          <Button size="xs" variant="default" onClick={() => onChange(off)}>
            {t('rules.filterOff')}
          </Button>
        }
      />
    );
  }
  return (
    <>
      <p className={classes.count}>{t('rules.shown', { count: shown.length })}</p>
      <ul ref={frame} className={classes.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = shown[index];
          return (
            row && (
              <li
                key={key}
                data-index={index}
                ref={virtual.measureElement}
                className={classes.line}
                style={{ transform: `translateY(${start - top}px)` }}
                aria-setsize={shown.length}
                aria-posinset={index + 1}
              >
                <RuleLine row={row} />
              </li>
            )
          );
        })}
      </ul>
    </>
  );
}
