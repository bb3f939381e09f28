/** The course of one sensor as rows of a chart: gaps stay gaps, and each row is judged by the tolerance of its own time. */
import type { Limits } from '#shared/model/plant.ts';
import { excessOf } from '#shared/model/tolerance.ts';

export interface Bucket {
  /** ISO 8601. */
  readonly t: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly count: number;
}

export interface Span {
  readonly from: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly nominal: number | null;
}

/** A tolerance and how long it held within the range; epoch ms. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly nominal: number | undefined;
}

export interface Row {
  /** Epoch ms, start of the bucket. */
  readonly t: number;
  readonly mean: number | null;
  /** Least and greatest value of the bucket. */
  readonly envelope: readonly [number, number] | null;
  /** From the limit to the value that lies beyond it. */
  readonly breach: readonly [number, number] | null;
  readonly count: number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The tolerances that held in the range, oldest first, each with its own time. Ones that bound nothing are left out. */
export function bandsOf(spans: readonly Span[], { from, to }: Range): Band[] {
  return spans
    .map((span, i) => ({
      from: Math.max(from, Date.parse(span.from)),
      to: Math.min(to, Date.parse(spans[i + 1]?.from ?? '') || to),
      low: span.low ?? undefined,
      high: span.high ?? undefined,
      nominal: span.nominal ?? undefined,
    }))
    .filter((band) => band.to > band.from && (band.low !== undefined || band.high !== undefined));
}

/** The tolerance that held at `t`; where none is known to have held, nothing is judged. */
export function bandAt(bands: readonly Band[], t: number): Band | undefined {
  return bands.findLast((band) => band.from <= t && t <= band.to);
}

/** One row for every bucket of the range; those without readings are empty, so that no line is drawn through them. */
export function rowsOf(buckets: readonly Bucket[], bands: readonly Band[], bucketMs: number, range: Range): Row[] {
  const first = buckets[0];
  if (!first || bucketMs <= 0) return [];
  const origin = Date.parse(first.t);
  const byPlace = new Map(buckets.map((bucket) => [Math.round((Date.parse(bucket.t) - origin) / bucketMs), bucket]));
  const whole = Math.ceil((range.from - origin) / bucketMs);
  // long charts are cut at whole minutes or hours: the first bucket then begins before the range
  const start = byPlace.has(whole - 1) ? whole - 1 : whole;
  const end = Math.floor((range.to - origin) / bucketMs);
  const rows: Row[] = [];
  for (let place = start; place <= end; place++) {
    const t = Math.max(range.from, origin + place * bucketMs);
    const bucket = byPlace.get(place);
    rows.push(
      bucket
        ? {
            t,
            mean: bucket.mean,
            envelope: [bucket.min, bucket.max],
            breach: breachOf(bucket, bandAt(bands, t)),
            count: bucket.count,
          }
        : { t, mean: null, envelope: null, breach: null, count: 0 },
    );
  }
  return closeBreaches(rows, bands);
}

function breachOf({ min, max }: Bucket, band: Band | undefined): readonly [number, number] | null {
  if (band?.high !== undefined && max > band.high) return [band.high, max];
  if (band?.low !== undefined && min < band.low) return [min, band.low];
  return null;
}

/** The rows beside a breach carry an area without height, so that a breach of one bucket is seen as well. */
function closeBreaches(rows: readonly Row[], bands: readonly Band[]): Row[] {
  return rows.map((row, i) => {
    if (row.breach !== null || row.mean === null) return row;
    const beside = [rows[i - 1]?.breach, rows[i + 1]?.breach].find((breach) => breach != null);
    const band = bandAt(bands, row.t);
    if (!beside || !band) return row;
    const limit = beside[0] === band.high ? band.high : beside[1] === band.low ? band.low : undefined;
    return limit === undefined ? row : { ...row, breach: [limit, limit] };
  });
}

/** Lies a row's own value beyond a limit? Rows that only close the area of a neighbour do not. */
export function isOutside(row: Row): boolean {
  return row.breach !== null && row.breach[0] !== row.breach[1];
}

/** Least and greatest value that the chart must show: the readings and the limits. */
export function extent(rows: readonly Row[], bands: readonly Band[]): readonly [number, number] | undefined {
  const values: number[] = [];
  for (const { envelope } of rows) if (envelope) values.push(...envelope);
  if (values.length === 0) return undefined;
  for (const { low, high } of bands) values.push(...[low, high].filter((limit) => limit !== undefined));
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

export interface CourseFacts {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly last: number;
  /** Share of the buckets with data in which a value lay outside, 0 to 1; undefined without a tolerance. */
  readonly outside: number | undefined;
  /** Greatest excess in percent, where one was. */
  readonly worst: number | undefined;
  readonly gaps: number;
  readonly gapMs: number;
  /** How often the tolerance was changed within the range. */
  readonly changes: number;
}

/** What can be said about a course in numbers; undefined without readings. */
export function factsOf(rows: readonly Row[], bands: readonly Band[], bucketMs: number): CourseFacts | undefined {
  const filled = rows.filter((row) => row.envelope !== null);
  const last = filled.at(-1);
  if (!last) return undefined;
  let [min, max, sum, count, outside] = [Infinity, -Infinity, 0, 0, 0];
  let worst: number | undefined;
  for (const row of filled) {
    const [low, high] = row.envelope ?? [0, 0];
    min = Math.min(min, low);
    max = Math.max(max, high);
    sum += (row.mean ?? 0) * row.count;
    count += row.count;
    if (!isOutside(row)) continue;
    outside += 1;
    worst = Math.max(worst ?? -Infinity, excessAt(bandAt(bands, row.t), low), excessAt(bandAt(bands, row.t), high));
  }
  return {
    min,
    max,
    mean: sum / count,
    last: last.mean ?? 0,
    outside: bands.length > 0 ? outside / filled.length : undefined,
    worst,
    ...gapsOf(rows, bucketMs),
    changes: Math.max(0, bands.length - 1),
  };
}

function excessAt(band: Band | undefined, value: number): number {
  if (!band) return -Infinity;
  const tolerance: Limits = {
    ...(band.low === undefined ? {} : { low: band.low }),
    ...(band.high === undefined ? {} : { high: band.high }),
  };
  return (
    excessOf({ tolerance, ...(band.nominal === undefined ? {} : { nominal: band.nominal }) }, value)?.percent ??
    -Infinity
  );
}

/** Gaps between readings; the time before the first and after the last is none. */
function gapsOf(rows: readonly Row[], bucketMs: number): { readonly gaps: number; readonly gapMs: number } {
  const first = rows.findIndex((row) => row.mean !== null);
  const last = rows.findLastIndex((row) => row.mean !== null);
  const inner = rows.slice(first, last + 1);
  const empty = inner.filter((row) => row.mean === null).length;
  const gaps = inner.filter((row, i) => row.mean === null && inner[i - 1]?.mean !== null).length;
  return { gaps, gapMs: empty * bucketMs };
}
