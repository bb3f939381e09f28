import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { AuditAnswer } from '#shared/model/api/audit.ts';
import { audit } from '#portal/web/api/queries.ts';
import type { adminDe } from '#portal/web/i18n/de/admin.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { count } from '#portal/web/ui/format/number.ts';
import { At, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import { More } from '#portal/web/ui/More.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { useAddress } from '#portal/web/ui/useAddress.ts';
import { AuditFilters } from './AuditFilters.tsx';
import classes from './audit.module.css';
import { ChainState } from './ChainState.tsx';
import { linesOf, placeOf, readView, writeView } from './view.ts';

/** Who did what, the newest first. */
export function AuditLog() {
  const { t, language } = useTexts();
  const zone = useZoneName();
  const { params, write } = useAddress();
  const view = readView(params);
  const asked = useInfiniteQuery({ ...audit({ action: view.kind, q: view.q }), placeholderData: keepPreviousData });
  return (
    <>
      <AuditFilters view={view} onChange={(change) => write((now) => writeView(now, change))} />
      <Panel
        title={t('admin.log')}
        asked={asked}
        lines={10}
        aside={<ChainState />}
        empty={{
          when: (data) => data.pages[0]?.items.length === 0,
          title: t('admin.empty'),
          hint: t('admin.emptyHint'),
        }}
      >
        {(data) => {
          const entries = data.pages.flatMap((page) => page.items);
          return (
            <>
              <table className={classes.table}>
                <thead>
                  <tr>
                    <th scope="col">{t('admin.when', { zone })}</th>
                    <th scope="col">{t('admin.who')}</th>
                    <th scope="col">{t('admin.what')}</th>
                    <th scope="col">{t('admin.to')}</th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <Entry key={entry.id} entry={entry} />
                  ))}
                </tbody>
              </table>
              <p className={classes.more}>
                <More asked={asked} />
                <span>
                  {t('common.of', {
                    shown: count(language, entries.length),
                    total: count(language, data.pages[0]?.total ?? 0),
                  })}
                </span>
              </p>
            </>
          );
        }}
      </Panel>
    </>
  );
}

type Actions = typeof adminDe.actions;
type Known = { [K in keyof Actions]: `${K}.${keyof Actions[K] & string}` }[keyof Actions];

function Entry({ entry: { at, actor, action, subject, subjectName, detail } }: { readonly entry: AuditAnswer }) {
  const { t, i18n } = useTexts();
  const place = placeOf(action, subject);
  const lines = linesOf(detail);
  return (
    <tr>
      <td className={classes.when}>
        <At at={at} form="dateTime" bare />
      </td>
      <td>{actor?.name ?? <span className={classes.nobody}>{t('admin.nobody')}</span>}</td>
      <td>
        {/* An action of a newer version is told by its name in the API. */}
        <strong>{i18n.exists(`admin.actions.${action}`) ? t(`admin.actions.${action as Known}`) : action}</strong>
        {lines.length > 0 && (
          <details className={classes.details}>
            <summary>{t('admin.details')}</summary>
            <dl>
              {lines.map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </td>
      <td className={classes.subject}>
        {place === undefined ? (subjectName ?? subject) : <Link to={place}>{subject}</Link>}
      </td>
    </tr>
  );
}
