import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { BreakAnswer } from '#shared/model/api/machine.ts';
import { breaks } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { count } from '#portal/web/ui/format/number.ts';
import { At, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import { More } from '#portal/web/ui/More.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import classes from './quality.module.css';

/** What machines that count their messages show to be missing, each with the next step; of one machine, or of all. */
export function Breaks({ machine }: { readonly machine?: string }) {
  const { t, language } = useTexts();
  const zone = useZoneName();
  const asked = useInfiniteQuery(breaks({ machine }));
  return (
    <Panel
      title={t('quality.breaks')}
      asked={asked}
      aside={asked.data && <span className={classes.since}>{count(language, asked.data.pages[0]?.total ?? 0)}</span>}
      empty={{
        when: (data) => data.pages[0]?.items.length === 0,
        title: t('quality.noBreaks'),
        hint: t('quality.noBreaksHint'),
      }}
    >
      {(data) => (
        <>
          <ul className={classes.rejects}>
            {data.pages.flatMap((page, p) =>
              page.items.map((item, i) => (
                <li key={`${p} ${i} ${item.at}`} className={classes.reject}>
                  <Break item={item} named={machine === undefined} />
                </li>
              )),
            )}
          </ul>
          <p className={classes.foot}>
            {t('time.allIn', { zone })}
            <More asked={asked} size="compact-sm" />
          </p>
        </>
      )}
    </Panel>
  );
}

function Break({ item, named }: { readonly item: BreakAnswer; readonly named: boolean }) {
  const { t } = useTexts();
  const { at, machine, kind, first, last } = item;
  const hole = kind === 'hole';
  return (
    <>
      <span className={classes.rejectHead}>
        <strong>
          {hole
            ? t('quality.hole', { first, last, count: last - first + 1 })
            : t('quality.restart', { before: first, after: last })}
        </strong>
        {named && <Link to={`/machines/${machine}?tab=connection`}>{machine}</Link>}
        <span className={classes.rejectAt}>
          <At at={at} form="dateTime" />
        </span>
      </span>
      <span>{hole ? t('quality.holeStep') : t('quality.restartStep')}</span>
    </>
  );
}
