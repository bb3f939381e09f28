import { SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { CaseListItem } from '#shared/model/api/case.ts';
import { cases } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { SeverityBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { More } from '#portal/web/ui/More.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { RowLink } from '#portal/web/ui/RowLink.tsx';
import { useAddress } from '#portal/web/ui/useAddress.ts';
import classes from './customer.module.css';

/** A customer's cases: what is wrong, and what is being done about it. */
export function CustomerCases() {
  const { t } = useTexts();
  const { params, write } = useAddress();
  const closed = params.get('view') === 'closed';
  const machine = params.get('machine') ?? undefined;
  const asked = useInfiniteQuery(
    cases({ status: closed ? 'done' : 'open', machine, sort: closed ? 'last' : 'urgency' }),
  );
  return (
    <>
      <PageHead title={t('customer.casesTitle')}>
        <SegmentedControl
          size="xs"
          aria-label={t('inbox.views')}
          value={closed ? 'closed' : 'open'}
          onChange={(value) => write((now) => withView(now, value), true)}
          data={[
            { value: 'open', label: t('customer.openCases') },
            { value: 'closed', label: t('customer.doneCases') },
          ]}
        />
      </PageHead>
      <Panel
        label={t('customer.casesTitle')}
        asked={asked}
        bare
        lines={6}
        empty={{
          when: (data) => data.pages[0]?.items.length === 0,
          title: closed ? t('customer.noClosedCases') : t('customer.noCases'),
          hint: closed ? t('customer.noClosedCasesHint') : t('customer.noCasesHint'),
        }}
      >
        {(data) => (
          <>
            <ul className={classes.cards}>
              {data.pages.flatMap((page) =>
                page.items.map((item) => (
                  <li key={item.id}>
                    <CaseCard item={item} />
                  </li>
                )),
              )}
            </ul>
            <More asked={asked} mt="md" />
          </>
        )}
      </Panel>
    </>
  );
}

/** Open cases are what is seen without a word of it in the address. */
function withView(params: URLSearchParams, view: string): URLSearchParams {
  const next = new URLSearchParams(params);
  if (view === 'closed') next.set('view', view);
  else next.delete('view');
  return next;
}

function CaseCard({ item }: { readonly item: CaseListItem }) {
  const { t, language } = useTexts();
  return (
    <article className={classes.card}>
      <header className={classes.cardHead}>
        <h2>
          <RowLink to={`/cases/${item.id}`} className={classes.link}>
            {textOr(item.machineName, language, item.machine)}
            {item.component !== null && `, ${textOr(item.componentName, language, item.component)}`}
          </RowLink>
        </h2>
        <span className={classes.muted}>#{item.number}</span>
      </header>
      <SeverityBadge severity={item.severity} size={22} />
      <p>{t(`customer.statusSentence.${item.status}`)}</p>
      <p className={classes.muted}>
        {t('case.opened')} <At at={item.openedAt} form="dateTime" />
        {item.owner && `, ${item.owner.name}`}
      </p>
    </article>
  );
}
