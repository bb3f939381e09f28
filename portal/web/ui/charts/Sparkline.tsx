import { useMemo } from 'react';
import { type SparkBand, type SparkPoint, spark } from './sparkline.ts';
import classes from './sparkline.module.css';

interface SparklineProps {
  readonly points: readonly SparkPoint[];
  readonly band: SparkBand | undefined;
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly label: string;
}

const WIDTH = 150;
const HEIGHT = 30;

export function Sparkline({ points, band, from, to, bucketMs, label }: SparklineProps) {
  const {
    line,
    envelope,
    band: area,
    limits,
    last,
  } = useMemo(
    () => spark(points, band, { from, to, width: WIDTH, height: HEIGHT, gapMs: bucketMs * 1.6 }),
    [points, band, from, to, bucketMs],
  );
  return (
    <svg
      className={classes.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      preserveAspectRatio="none"
      aria-label={label}
    >
      {area && <rect x="0" y={area.y} width={WIDTH} height={area.height} className={classes.band} />}
      {limits.map((y) => (
        <line key={y} x1="0" x2={WIDTH} y1={y} y2={y} className={classes.limit} />
      ))}
      <path d={envelope} className={classes.envelope} />
      <path d={line} className={classes.line} />
      {last && <path d={`M${last.x} ${last.y}h.01`} className={classes.last} />}
    </svg>
  );
}
