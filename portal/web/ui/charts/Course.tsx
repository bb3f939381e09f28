import { Button, Skeleton } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useId, useMemo, useState } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { bandsOf, type Bucket, factsOf, type Range, rowsOf, type Span } from './course.ts';
import { CourseTable } from './CourseTable.tsx';
import { courseSentence } from './sentence.ts';
import classes from './course.module.css';

const CoursePlot = lazy(() => import('./CoursePlot.tsx'));

interface CourseProps {
  readonly sensor: string;
  readonly unit: string | null;
  readonly buckets: readonly Bucket[];
  readonly spans: readonly Span[];
  readonly bucketMs: number;
  readonly range: Range;
  readonly sync: string;
  readonly onZoom?: ((range: Range) => void) | undefined;
  readonly moment?: number | undefined;
  readonly marks?: readonly Range[] | undefined;
  readonly limits?: readonly number[] | undefined;
  readonly tone?: 'f' | 's' | 'm';
  readonly height?: number;
  /** Stands at the right of the name: last value, button to close. */
  readonly aside?: ReactNode;
  /** Strip between the plot and the sentence, such as alarms. */
  readonly strip?: ReactNode;
}

/** A chart with everything that belongs to it: name and unit, plot, one generated sentence, and the same as a table. */
export function Course({
  sensor,
  unit,
  buckets,
  spans,
  bucketMs,
  range,
  sync,
  onZoom,
  moment,
  marks,
  limits,
  tone = 'f',
  height = 190,
  aside,
  strip,
}: CourseProps) {
  const { t, language } = useTexts();
  const id = useId();
  const [table, setTable] = useState(false);
  const bands = useMemo(() => bandsOf(spans, range), [spans, range]);
  const rows = useMemo(() => rowsOf(buckets, bands, bucketMs, range), [buckets, bands, bucketMs, range]);
  const sentence = useMemo(
    () => courseSentence(t, language, { sensor, unit }, factsOf(rows, bands, bucketMs)),
    [t, language, sensor, unit, rows, bands, bucketMs],
  );
  return (
    <figure className={classes.course} aria-labelledby={id}>
      <div className={classes.head}>
        <h3 id={id}>
          {sensor}
          {unit !== null && <span className={classes.unit}> in {unit}</span>}
        </h3>
        {aside}
      </div>
      {rows.length === 0 ? (
        <p className={classes.none} style={{ minHeight: height }}>
          {t('chart.noData')}
        </p>
      ) : (
        <Suspense fallback={<Skeleton height={height} animate={false} aria-busy />}>
          <CoursePlot
            rows={rows}
            bands={bands}
            range={range}
            unit={unit}
            sync={sync}
            height={height}
            onZoom={onZoom}
            moment={moment}
            marks={marks}
            limits={limits}
            tone={tone}
          />
        </Suspense>
      )}
      {strip}
      <figcaption className={classes.caption}>
        <span>{sentence}</span>
        {rows.length > 0 && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<Icon name="table" size={14} />}
            aria-expanded={table}
            onClick={() => setTable(!table)}
          >
            {table ? t('chart.hideTable') : t('chart.table')}
          </Button>
        )}
      </figcaption>
      {table && <CourseTable sensor={sensor} unit={unit} rows={rows} />}
    </figure>
  );
}
