/** How much of a range a backtest had data for, sensor by sensor. */
import type { SeriesName } from '#shared/readings/port.ts';

export interface SensorCoverage extends SeriesName {
  /** Share of the range in which the sensor was not stale; without `every`, from its first reading to its last. 0 to 1. */
  readonly share: number;
  /** In the range. */
  readonly readings: number;
  readonly first: number | null;
  readonly last: number | null;
}

export interface CoverageRange {
  readonly from: number;
  readonly to: number;
}

/** Takes readings in order of time, by the place of their series. */
export class Coverage {
  readonly #series: readonly (SeriesName & { readonly staleMs: number })[];
  readonly #range: CoverageRange;
  readonly #readings: Float64Array;
  readonly #first: Float64Array;
  /** Newest reading, of before the range too. */
  readonly #last: Float64Array;
  readonly #covered: Float64Array;

  constructor(series: readonly (SeriesName & { readonly staleMs: number })[], range: CoverageRange) {
    this.#series = series;
    this.#range = range;
    this.#readings = new Float64Array(series.length);
    this.#first = new Float64Array(series.length).fill(NaN);
    this.#last = new Float64Array(series.length).fill(NaN);
    this.#covered = new Float64Array(series.length);
  }

  take(place: number, ts: number): void {
    this.#cover(place, ts);
    this.#last[place] = ts;
    if (ts < this.#range.from) return;
    const before = this.#readings[place] as number;
    if (before === 0) this.#first[place] = ts;
    this.#readings[place] = before + 1;
  }

  /** In the order of the series. */
  end(): readonly SensorCoverage[] {
    const { from, to } = this.#range;
    return this.#series.map(({ machine, sensor, staleMs }, place) => {
      if (Number.isFinite(staleMs)) this.#cover(place, to);
      const readings = this.#readings[place] as number;
      const share = Math.min(1, (this.#covered[place] as number) / (to - from));
      const [first, last] = readings > 0 ? [this.#first[place] as number, this.#last[place] as number] : [null, null];
      return { machine, sensor, share, readings, first, last };
    });
  }

  /** Adds the time from the newest reading on until `until`, or until it was stale, as far as it lies in the range. */
  #cover(place: number, until: number): void {
    const last = this.#last[place] as number;
    const stale = this.#series[place]?.staleMs ?? Infinity;
    const begin = Math.max(last, this.#range.from);
    const end = Math.min(until, last + stale, this.#range.to);
    if (end > begin) this.#covered[place] = (this.#covered[place] as number) + end - begin;
  }
}

/** The mean share of all sensors; 0 without any. */
export function overallShare(sensors: readonly SensorCoverage[]): number {
  return sensors.length === 0 ? 0 : sensors.reduce((sum, { share }) => sum + share, 0) / sensors.length;
}
