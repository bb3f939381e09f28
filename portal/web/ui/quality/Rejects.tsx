import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { RejectAnswer } from '#shared/model/api/machine.ts';
import { rejects } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { count } from '#portal/web/ui/format/number.ts';
import { At, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import { More } from '#portal/web/ui/More.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { useReason } from './useReason.ts';
import classes from './quality.module.css';

/** What could not be used, with its reason; of one machine, or of all. */
export function Rejects({ machine }: { readonly machine?: string }) {
  const { t, language } = useTexts();
  const zone = useZoneName();
  const asked = useInfiniteQuery(rejects({ machine }));
  const word = useReason();
  return (
    <Panel
      title={t('quality.rejects')}
      asked={asked}
      aside={asked.data && <span className={classes.since}>{count(language, asked.data.pages[0]?.total ?? 0)}</span>}
      empty={{
        when: (data) => data.pages[0]?.items.length === 0,
        title: t('quality.noRejects'),
        hint: t('quality.noRejectsHint'),
      }}
    >
      {(data) => (
        <>
          <ul className={classes.rejects}>
            {data.pages.flatMap((page, p) =>
              page.items.map((reject, i) => (
                <li key={`${p} ${i} ${reject.at}`} className={classes.reject}>
                  <span className={classes.rejectHead}>
                    <strong>{word(reject.reason)}</strong>
                    {machine === undefined && <Sender reject={reject} />}
                    {reject.sensor !== null && <code>{reject.sensor}</code>}
                    <span className={classes.rejectAt}>
                      <At at={reject.at} form="dateTime" />
                    </span>
                  </span>
                  <span>{reject.detail}</span>
                  <details className={classes.payload}>
                    <summary>{t('quality.showPayload')}</summary>
                    <code>{reject.topic}</code>
                    <pre>{reject.payload}</pre>
                  </details>
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

/** Whose it is; where the plant has that machine, the way to where it is connected. */
function Sender({ reject: { machine, reason } }: { readonly reject: RejectAnswer }) {
  const { t } = useTexts();
  if (machine === null) return <span>{t('quality.unknownMachine')}</span>;
  if (reason === 'unknown-machine') return <span>{machine}</span>;
  return <Link to={`/machines/${machine}?tab=connection`}>{machine}</Link>;
}
