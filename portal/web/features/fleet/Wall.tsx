import { useElementSize } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type CSSProperties, type ReactNode, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { MachineListItem } from '#shared/model/api/machine.ts';
import { fleetSummary, machines } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ConditionBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { Ago } from '#portal/web/ui/format/Zone.tsx';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { nameOf, textOr } from '#portal/web/ui/names.ts';
import { PageTitle } from '#portal/web/ui/PageTitle.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { SummaryLine } from './SummaryLine.tsx';
import { WorstCourse } from './WorstCourse.tsx';
import classes from './wall.module.css';

const RENEW_MS = 15_000;
/** So long a page stands. */
const PAGE_MS = 12_000;
const TILE = { width: 400, height: 190 } as const;
/** Few machines are shown larger, so that they can be read from farther away. */
const SCALES = [2, 1.6, 1.3, 1] as const;

/** The fleet for a screen on the wall: what is not well, in big type, its pages cycling. `live`: whether it is up to date. */
export function Wall({ live }: { readonly live: ReactNode }) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const summary = useQuery({ ...fleetSummary, refetchInterval: RENEW_MS });
  const list = useInfiniteQuery({ ...machines({ sort: 'severity' }), refetchInterval: RENEW_MS });
  useShortcuts({ 'list.back': () => void navigate('/') });
  return (
    <div className={classes.wall}>
      <header className={classes.head}>
        <PageTitle title={t('fleet.title')} />
        {live}
        <Link to="/" className={classes.leave}>
          {t('fleet.wallLeave')}
        </Link>
      </header>
      <Panel label={t('fleet.summary')} asked={summary} bare lines={2}>
        {(counts) => (
          <SummaryLine
            summary={counts}
            chosen={undefined}
            onChoose={(condition) => void navigate(`/?condition=${condition ?? ''}`)}
            big
          />
        )}
      </Panel>
      <Panel label={t('fleet.list')} asked={list} bare>
        {(data) => (
          <Tiles machines={data.pages.flatMap((page) => page.items).filter(({ condition }) => condition !== 'OK')} />
        )}
      </Panel>
    </div>
  );
}

function Tiles({ machines: ill }: { readonly machines: readonly MachineListItem[] }) {
  const { t } = useTexts();
  const { ref, width, height } = useElementSize();
  const room = (scale: number): number =>
    Math.max(1, Math.floor(width / TILE.width / scale)) * Math.max(1, Math.floor(height / TILE.height / scale));
  const scale = (width >= 2 * TILE.width && SCALES.find((each) => room(each) >= ill.length)) || 1;
  const fit = room(scale);
  const pages = Math.max(1, Math.ceil(ill.length / fit));
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((before) => before + 1), PAGE_MS);
    return () => clearInterval(timer);
  }, []);
  const page = turn % pages;
  return (
    <div className={classes.stage} ref={ref}>
      {ill.length === 0 && <p className={classes.calm}>{t('fleet.wallCalm')}</p>}
      <ul className={classes.tiles} style={{ '--scale': scale } as CSSProperties}>
        {ill.slice(page * fit, (page + 1) * fit).map((machine) => (
          <li key={machine.id} className={classes.tile}>
            <Tile machine={machine} />
          </li>
        ))}
      </ul>
      {pages > 1 && <p className={classes.page}>{t('fleet.wallPage', { page: page + 1, pages })}</p>}
    </div>
  );
}

function Tile({ machine }: { readonly machine: MachineListItem }) {
  const { language } = useTexts();
  return (
    <>
      <div className={classes.tileHead}>
        <ConditionBadge
          condition={machine.condition}
          size={44}
          form="short"
          blink={machine.openCases > 0 && !machine.owner}
        />
        {machine.since !== null && <Ago at={machine.since} />}
      </div>
      <p className={classes.name}>{nameOf(machine, language)}</p>
      <p className={classes.muted}>
        {textOr(machine.customer.name, language, machine.customer.id)}
        {machine.worst && ` · ${textOr(machine.worst.name, language, machine.worst.component ?? '')}`}
      </p>
      <WorstCourse machine={machine} />
    </>
  );
}
