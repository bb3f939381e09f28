import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import { count, value } from '#portal/web/ui/format/number.ts';
import { time, zoneName } from '#portal/web/ui/format/time.ts';
import { isOutside, type Row } from './course.ts';
import classes from './course.module.css';

interface CourseTableProps {
  readonly sensor: string;
  readonly unit: string | null;
  readonly rows: readonly Row[];
}

/** The numbers behind a chart, newest first; what has no readings is left out. */
export function CourseTable({ sensor, unit, rows }: CourseTableProps) {
  const { t, language } = useTexts();
  const zone = useZone();
  const filled = rows.filter((row) => row.envelope !== null).toReversed();
  const newest = filled[0];
  const named = newest ? zoneName(language, zone, newest.t) : zone;
  return (
    <div
      className={classes.scroll}
      tabIndex={0}
      role="region"
      aria-label={t('chart.tableCaption', { sensor, unit: unit ?? '', zone: named })}
    >
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">
              {t('chart.time')} ({named})
            </th>
            {(['min', 'mean', 'max'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`chart.${column}`)}
                {unit !== null && ` (${unit})`}
              </th>
            ))}
            <th scope="col">{t('chart.count')}</th>
            <th scope="col">{t('machine.tolerance')}</th>
          </tr>
        </thead>
        <tbody>
          {filled.map((row) => {
            const [min, max] = row.envelope ?? [0, 0];
            return (
              <tr key={row.t}>
                <td>{time(language, zone, row.t, 'dateTime')}</td>
                <td>{value(language, min, max)}</td>
                <td>{value(language, row.mean ?? 0, max)}</td>
                <td>{value(language, max, max)}</td>
                <td>{count(language, row.count)}</td>
                <td>{isOutside(row) && t('chart.outside')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
