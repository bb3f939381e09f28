/** Many series, each in order of time, as one in order of time: a heap of the series by the time of their next reading. */
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
  const heap = filled.map((run) => ({ run, time: run.ts[0] as number, place: 0 }));
  heap.sort((a, b) => a.time - b.time);
  for (let row = 0, size = heap.length; row < length; row++) {
    const top = heap[0] as (typeof heap)[number];
    const { run, place } = top;
    merged.series[row] = run.series;
    merged.ts[row] = top.time;
    merged.value[row] = run.value[place] as number;
    top.place++;
    if (top.place < run.ts.length) top.time = run.ts[top.place] as number;
    else heap[0] = heap[--size] as (typeof heap)[number];
    sink(heap, size);
  }
  return merged;
}

/** Brings the first entry down to where it belongs. */
function sink(heap: { readonly time: number }[], size: number): void {
  const moving = heap[0] as { readonly time: number };
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && timeOf(heap, child + 1) < timeOf(heap, child)) child++;
    if (timeOf(heap, child) >= moving.time) break;
    heap[at] = heap[child] as { readonly time: number };
    at = child;
  }
  heap[at] = moving;
}

function timeOf(heap: readonly { readonly time: number }[], at: number): number {
  return (heap[at] as { readonly time: number }).time;
}
