import { useQuery } from '@tanstack/react-query';
import { auditCheck } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { count } from '#portal/web/ui/format/number.ts';
import { time } from '#portal/web/ui/format/time.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import classes from './audit.module.css';

/** Whether the log is as it was written. */
export function ChainState() {
  const { t, language } = useTexts();
  const zone = useZone();
  const { data, error } = useQuery(auditCheck);
  const at = (iso: string): string => time(language, zone, Date.parse(iso), 'dateTime');
  if (error && !data) return <span className={classes.chain}>{t('admin.checkFailed')}</span>;
  if (!data) return <span className={classes.chain}>{t('admin.checking')}</span>;
  if (data.broken)
    return (
      <strong className={classes.chain} data-broken role="alert">
        {t('admin.broken', { id: data.broken.id, at: at(data.broken.at) })}
      </strong>
    );
  return (
    <span className={classes.chain}>
      {t('admin.whole', { entries: count(language, data.entries), since: data.since === null ? '–' : at(data.since) })}
    </span>
  );
}
