/** Times on the page: their zone is always to be seen, in the text or in the head above them. */
import { createContext, type ReactNode, useContext } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useNow } from './useNow.ts';
import { compact, span, type TimeForm, time, zoneName } from './time.ts';

const ZoneContext = createContext('Europe/Berlin');

/** The zone in which everything below is told: the person's, on a machine's page the machine's. */
export function ZoneProvider({ zone, children }: { readonly zone: string; readonly children: ReactNode }) {
  return <ZoneContext value={zone}>{children}</ZoneContext>;
}

export function useZone(): string {
  return useContext(ZoneContext);
}

/** Name of the zone as it holds now: "MEZ". */
export function useZoneName(): string {
  const { language } = useTexts();
  return zoneName(language, useZone(), Date.now());
}

interface AtProps {
  /** ISO 8601 or epoch ms; null is told as "never". */
  readonly at: string | number | null | undefined;
  readonly form?: TimeForm | 'compact';
  /** Left out where the head of the column names the zone. */
  readonly bare?: boolean;
}

export function At({ at, form = 'compact', bare = false }: AtProps) {
  const { t, language } = useTexts();
  const zone = useZone();
  if (at === null || at === undefined) return <span>{t('time.never')}</span>;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const text = form === 'compact' ? compact(language, zone, ms, Date.now()) : time(language, zone, ms, form);
  const withZone = bare || form === 'full' ? text : `${text} ${zoneName(language, zone, ms)}`;
  return (
    <time dateTime={new Date(ms).toISOString()} title={time(language, zone, ms, 'full')}>
      {withZone}
    </time>
  );
}

/** The clock behind these times ticks slowly: below this "0 s" would be false precision. */
const JUST_NOW_MS = 1_000;

/** How long something lasts already: "12 min"; hovering tells since when. */
export function Ago({
  at,
  form = 'span',
}: {
  readonly at: string | number | null | undefined;
  readonly form?: 'span' | 'ago';
}) {
  const { t, language } = useTexts();
  const zone = useZone();
  const now = useNow();
  if (at === null || at === undefined) return <span>{t('time.never')}</span>;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const text = span(language, Math.max(now - ms, JUST_NOW_MS));
  return (
    <time dateTime={new Date(ms).toISOString()} title={time(language, zone, ms, 'full')}>
      {form === 'span' ? text : now - ms < JUST_NOW_MS ? t('time.now') : t('time.ago', { span: text })}
    </time>
  );
}
