import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { MachineListItem } from '#shared/model/api/machine.ts';
import { machines } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { SimulationTag } from '#portal/web/ui/badges/Chip.tsx';
import { ConditionBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { nameOf, textOr } from '#portal/web/ui/names.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { needsAttention, partsOf } from './parts.ts';
import { RowLink } from '#portal/web/ui/RowLink.tsx';
import classes from './customer.module.css';

const RENEW_MS = 30_000;

/** A customer's start: one look answers whether the machines are all right. */
export function CustomerHome() {
  const { t } = useTexts();
  const asked = useInfiniteQuery({ ...machines({ sort: 'severity' }), refetchInterval: RENEW_MS });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = asked;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <>
      <PageHead title={t('customer.title')} />
      <Panel
        label={t('customer.title')}
        asked={asked}
        bare
        lines={6}
        empty={{
          when: (data) => data.pages[0]?.items.length === 0,
          title: t('fleet.empty'),
          hint: t('customer.emptyHint'),
        }}
      >
        {(data) => <Machines machines={data.pages.flatMap((page) => page.items)} total={data.pages[0]?.total ?? 0} />}
      </Panel>
    </>
  );
}

function Machines({ machines: all, total }: { readonly machines: readonly MachineListItem[]; readonly total: number }) {
  const { t } = useTexts();
  const parts = partsOf(all);
  const need = parts.attention.length;
  const calm = total === 1 ? t('customer.allWellOne') : t('customer.allWell', { total });
  return (
    <>
      <p className={classes.answer} role="status">
        {need > 0
          ? t('customer.need', { count: need, total })
          : parts.unknown.length > 0
            ? t('customer.someUnknown', { count: parts.unknown.length, total })
            : calm}
      </p>
      {(['attention', 'unknown', 'well'] as const).map(
        (part) =>
          parts[part].length > 0 && (
            <section key={part} className={classes.part}>
              <h2>{t(`customer.${part}`)}</h2>
              <ul className={classes.cards}>
                {parts[part].map((machine) => (
                  <li key={machine.id}>
                    <MachineCard machine={machine} />
                  </li>
                ))}
              </ul>
            </section>
          ),
      )}
    </>
  );
}

function MachineCard({ machine }: { readonly machine: MachineListItem }) {
  const { language } = useTexts();
  return (
    <article className={classes.card}>
      <header className={classes.cardHead}>
        <h3>
          <RowLink to={`/machines/${machine.id}`} className={classes.link}>
            {nameOf(machine, language)}
          </RowLink>
        </h3>
        {machine.simulated && <SimulationTag />}
      </header>
      <p className={classes.muted}>
        {textOr(machine.model.name, language, machine.model.id)}
        {machine.site !== null && `, ${machine.site}`}
      </p>
      <ConditionBadge condition={machine.condition} size={24} tick />
      <p>
        <Sentence machine={machine} />
      </p>
      {needsAttention(machine) && <WhatHappens machine={machine} />}
    </article>
  );
}

/** How the machine is, in one sentence; an honest "unknown since" where nothing came. */
function Sentence({ machine }: { readonly machine: MachineListItem }) {
  const { t, language } = useTexts();
  const component = textOr(machine.worst?.name, language, t('customer.theMachine'));
  if (machine.condition !== '?') return t(`customer.sentence.${machine.condition}`, { component });
  if (machine.readingAt === null) return t('customer.neverData');
  return (
    <>
      {t('customer.noDataSince')} <At at={machine.readingAt} />.
    </>
  );
}

function WhatHappens({ machine }: { readonly machine: MachineListItem }) {
  const { t } = useTexts();
  return (
    <p className={classes.now}>
      {machine.condition === '?'
        ? t('customer.now.unknown')
        : machine.owner
          ? t('customer.now.owner', { owner: machine.owner.name })
          : t('customer.now.none')}
      {machine.openCases > 0 && (
        <>
          {' '}
          <Link to={`/cases?machine=${machine.id}`} className={classes.above}>
            {t('customer.now.cases', { count: machine.openCases })}
          </Link>
        </>
      )}
    </p>
  );
}
