/** The small course beside a machine, as paths of an SVG. Gaps stay gaps. */
export interface SparkPoint {
  /** Epoch ms. */
  readonly t: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

export interface SparkBand {
  readonly low: number | null;
  readonly high: number | null;
}

export interface Spark {
  readonly line: string;
  readonly envelope: string;
  /** Top and height of the tolerance band, in the picture. */
  readonly band: { readonly y: number; readonly height: number } | undefined;
  readonly limits: readonly number[];
  readonly last: { readonly x: number; readonly y: number } | undefined;
}

interface Frame {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  /** A pause longer than this is a gap, ms. */
  readonly gapMs: number;
}

export function spark(points: readonly SparkPoint[], band: SparkBand | undefined, frame: Frame): Spark {
  const limits = [band?.low, band?.high].filter((limit) => limit !== null && limit !== undefined);
  const low = Math.min(...points.map((p) => p.min), ...limits);
  const high = Math.max(...points.map((p) => p.max), ...limits);
  const size = high - low || 1;
  const x = (t: number): number => round(((t - frame.from) / (frame.to - frame.from)) * frame.width);
  const y = (value: number): number => round(2 + (1 - (value - low) / size) * (frame.height - 4));
  const runs = runsOf(points, frame.gapMs);
  const top = band?.high == null ? 0 : y(band.high);
  const bottom = band?.low == null ? frame.height : y(band.low);
  const last = points.at(-1);
  return {
    line: runs.map((run) => path(run.map((p) => [x(p.t), y(p.mean)]))).join(''),
    envelope: runs
      .map(
        (run) =>
          `${path([...run.map((p) => [x(p.t), y(p.max)] as const), ...run.toReversed().map((p) => [x(p.t), y(p.min)] as const)])}Z`,
      )
      .join(''),
    band: limits.length > 0 ? { y: top, height: Math.max(0, bottom - top) } : undefined,
    limits: limits.map(y),
    last: last && { x: x(last.t), y: y(last.mean) },
  };
}

/** Neighbours without a gap between them. */
export function runsOf<P extends { readonly t: number }>(points: readonly P[], gapMs: number): P[][] {
  const runs: P[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && point.t - before.t <= gapMs) run.push(point);
    else runs.push([point]);
  }
  return runs;
}

function path(corners: readonly (readonly [number, number])[]): string {
  return corners.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
