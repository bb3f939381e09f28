import { Switch } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { QualityAnswer } from '#shared/model/api/machine.ts';
import { quality } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { count } from '#portal/web/ui/format/number.ts';
import { useNow } from '#portal/web/ui/format/useNow.ts';
import { Ago } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { More } from '#portal/web/ui/More.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { Connection } from '#portal/web/ui/quality/ThreeTimes.tsx';
import { useReason } from '#portal/web/ui/quality/useReason.ts';
import { isConspicuous } from './conspicuous.ts';
import classes from './quality.module.css';

const RENEW_MS = 15_000;

/** Each machine with its three times and what was wrong with its data in the last 24 hours. */
export function QualityList() {
  const { t, language } = useTexts();
  const [only, setOnly] = useState(false);
  const now = useNow();
  const asked = useInfiniteQuery({ ...quality({}), refetchInterval: RENEW_MS });
  return (
    <Panel
      title={t('quality.machines')}
      asked={asked}
      lines={8}
      aside={
        <Switch
          size="xs"
          label={t('quality.onlyProblems')}
          checked={only}
          onChange={(event) => setOnly(event.currentTarget.checked)}
        />
      }
      empty={{ when: (data) => data.pages[0]?.items.length === 0, title: t('fleet.empty'), hint: t('fleet.emptyHint') }}
    >
      {(data) => {
        const rows = data.pages.flatMap((page) => page.items).filter((row) => !only || isConspicuous(row, now));
        if (rows.length === 0) return <p className={classes.none}>{t('quality.allMachines')}</p>;
        return (
          <>
            <div className={classes.scroll}>
              <table className={classes.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('quality.machine')}</th>
                    <th scope="col">{t('quality.connected')}</th>
                    <th scope="col" data-right>
                      {t('quality.message')}
                    </th>
                    <th scope="col" data-right>
                      {t('quality.reading')}
                    </th>
                    <th scope="col">{t('quality.counts')}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <Row key={row.machine} row={row} now={now} />
                  ))}
                </tbody>
              </table>
            </div>
            {asked.hasNextPage && (
              <p className={classes.more}>
                <More asked={asked} />
                <span>
                  {t('common.of', {
                    shown: count(language, rows.length),
                    total: count(language, data.pages[0]?.total ?? 0),
                  })}
                </span>
              </p>
            )}
          </>
        );
      }}
    </Panel>
  );
}

function Row({ row, now }: { readonly row: QualityAnswer; readonly now: number }) {
  const { t, language } = useTexts();
  const word = useReason();
  const calm = Object.keys(row.counts).length === 0;
  return (
    <tr data-bad={isConspicuous(row, now) || undefined}>
      <th scope="row">
        <Link to={`/machines/${row.machine}?tab=quality`}>{textOr(row.name, language, row.machine)}</Link>
        <span className={classes.sub}>{textOr(row.customer.name, language, row.customer.id)}</span>
      </th>
      <td>
        <Connection online={row.online} />
        {row.connectedAt !== null && (
          <span className={classes.sub}>
            {t('machine.since')} <Ago at={row.connectedAt} />
          </span>
        )}
      </td>
      <td data-right data-label={t('quality.message')}>
        <Ago at={row.messageAt} form="ago" />
      </td>
      <td data-right data-label={t('quality.reading')}>
        <Ago at={row.readingAt} form="ago" />
      </td>
      <td data-label={t('quality.counts')} data-none={calm || undefined}>
        {calm && <span className={classes.sub}>{t('quality.noCounts')}</span>}
        {Object.entries(row.counts).map(([what, number]) => (
          <span key={what} className={classes.count}>
            {count(language, number)} {word(what)}
          </span>
        ))}
      </td>
    </tr>
  );
}
