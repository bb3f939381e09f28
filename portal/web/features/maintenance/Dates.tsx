import { useTexts } from '#portal/web/i18n/i18n.ts';
import { day, sameDay, time, zoneName } from '#portal/web/ui/format/time.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import classes from './maintenance.module.css';

interface DatesProps {
  readonly label: string;
  /** Epoch ms. */
  readonly dates: readonly { readonly from: number; readonly to: number }[];
}

/** The next occurrences: "Sa., 28.11., 22:00 – So., 29.11., 02:00 MEZ". */
export function Dates({ label, dates }: DatesProps) {
  const { t, language } = useTexts();
  const zone = useZone();
  return (
    <div className={classes.dates}>
      <span className={classes.muted}>{t('service.maintenance.next')}</span>
      <ol aria-label={label}>
        {dates.map(({ from, to }) => (
          <li key={from}>
            <time dateTime={new Date(from).toISOString()} title={time(language, zone, from, 'full')}>
              {day(language, zone, from)}, {time(language, zone, from, 'time')}
            </time>
            {' – '}
            <time dateTime={new Date(to).toISOString()} title={time(language, zone, to, 'full')}>
              {sameDay(zone, from, to) ? '' : `${day(language, zone, to)}, `}
              {time(language, zone, to, 'time')} {zoneName(language, zone, to)}
            </time>
          </li>
        ))}
      </ol>
    </div>
  );
}
