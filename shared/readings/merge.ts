/** Many series, each in order of time, as one in order of time: a heap by the time of their next readings. */
export interface Run {
  /** Stands beside each of its readings. */
  readonly series: number;
  readonly ts: Float64Array;
  readonly value: Float64Array;
}

export interface Merged {
  readonly series: Int32Array;
  readonly ts: Float64Array;
  readonly value: Float64Array;
}

/** Runs without readings may be among them. */
export function merge(runs: readonly Run[]): Merged {
  const filled = runs.filter(({ ts }) => ts.length > 0);
  const [only] = filled;
  if (only && filled.length === 1) {
    return { series: new Int32Array(only.ts.length).fill(only.series), ts: only.ts, value: only.value };
  }
  const length = filled.reduce((sum, { ts }) => sum + ts.length, 0);
  const merged = { series: new Int32Array(length), ts: new Float64Array(length), value: new Float64Array(length) };
  const { series, ts, value } = merged;
  const bundles = bundlesOf(filled);
  const heads = new Heads(bundles);
  const places = new Int32Array(bundles.length);
  for (let row = 0; row < length; ) {
    const at = heads.first;
    const bundle = bundles[at] as Bundle;
    const place = places[at] as number;
    const times = bundle[0].ts;
    const t = times[place] as number;
    for (let i = 0; i < bundle.length; i++, row++) {
      const run = bundle[i] as Run;
      series[row] = run.series;
      ts[row] = t;
      value[row] = run.value[place] as number;
    }
    places[at] = place + 1;
    heads.replace(place + 1 < times.length ? (times[place + 1] as number) : Infinity);
  }
  return merged;
}

/** Neighbours that report at the same times, as the sensors of a machine do that sends them together. */
type Bundle = readonly [Run, ...Run[]];

function bundlesOf(runs: readonly Run[]): readonly Bundle[] {
  const bundles: [Run, ...Run[]][] = [];
  for (const run of runs) {
    const last = bundles.at(-1);
    if (last && sameTimes(last[0].ts, run.ts)) last.push(run);
    else bundles.push([run]);
  }
  return bundles;
}

function sameTimes(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A heap of bundles by the time of their next readings. */
class Heads {
  readonly #time: Float64Array;
  readonly #bundle: Int32Array;

  constructor(bundles: readonly Bundle[]) {
    const firsts = bundles.map(([{ ts }]) => ts[0] as number);
    this.#bundle = Int32Array.from([...firsts.keys()].sort((a, b) => (firsts[a] as number) - (firsts[b] as number)));
    this.#time = Float64Array.from(this.#bundle, (at) => firsts[at] as number);
  }

  /** Number of the bundle whose next readings are the earliest. */
  get first(): number {
    return this.#bundle[0] as number;
  }

  /** That bundle goes on at this time; at infinity it is at its end. */
  replace(moving: number): void {
    const [time, bundle] = [this.#time, this.#bundle];
    const size = time.length;
    const which = this.first;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && (time[child + 1] as number) < (time[child] as number)) child++;
      if ((time[child] as number) >= moving) break;
      time[at] = time[child] as number;
      bundle[at] = bundle[child] as number;
      at = child;
    }
    time[at] = moving;
    bundle[at] = which;
  }
}
