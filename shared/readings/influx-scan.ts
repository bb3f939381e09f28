/** Readings of many series in order of time, out of InfluxDB, which gives them series by series. */
import type { InfluxQueries, ResultSeries } from './influx-query.ts';
import { names, whole } from './influx-terms.ts';
import type { ScanBatch, ScanQuery, SeriesName } from './port.ts';
import { ahead, type Span, spansOf } from './spans.ts';

/** An answer of some 400 kB, read in a few ms. */
const WANTED = 20_000;
/** Machines named in one question. */
const MAX_NAMED = 50;

interface Question {
  readonly condition: string;
  readonly values: Record<string, string>;
}

export async function* scanInflux(
  queries: InfluxQueries,
  { series, from, to }: ScanQuery,
): AsyncGenerator<ScanBatch, void, undefined> {
  const questions = questionsFor(series);
  const places = new Map(series.map(({ machine, sensor }, place) => [`${machine} ${sensor}`, place]));
  const ask = async (select: string, span: Span, group: string): Promise<readonly ResultSeries[]> => {
    const range = `time >= ${whole(span.from)}ms AND time < ${whole(span.to)}ms`;
    const answers = await Promise.all(
      questions.map(({ condition, values }) =>
        queries.ask(`SELECT ${select} FROM reading WHERE (${condition}) AND ${range} GROUP BY ${group}`, values),
      ),
    );
    return answers.flat();
  };
  const { total, spans } = await spansOf({ from, to }, WANTED, async (span, width) => {
    const offset = ((span.from % width) + width) % width;
    const counts = new Map<number, number>();
    for (const { values = [] } of await ask('count(value)', span, `time(${width}ms, ${offset}ms) fill(none)`)) {
      for (const [t, n] of values as readonly (readonly [number, number])[]) {
        const part = (t - span.from) / width;
        counts.set(part, (counts.get(part) ?? 0) + n);
      }
    }
    return [...counts].toSorted(([a], [b]) => a - b);
  });
  for await (const found of ahead(spans, (span) => ask('value', span, 'machine, sensor'))) {
    yield { total, ...inOrder(found, places) };
  }
}

/** The sensors asked for, by machine, a number of machines at a time. */
function questionsFor(series: readonly SeriesName[]): Question[] {
  const sensors = new Map<string, string[]>();
  for (const { machine, sensor } of series) sensors.set(machine, [...(sensors.get(machine) ?? []), sensor]);
  const machines = [...sensors];
  const questions: Question[] = [];
  for (let i = 0; i < machines.length; i += MAX_NAMED) {
    const values: Record<string, string> = {};
    const conditions = machines.slice(i, i + MAX_NAMED).map(([machine, of], k) => {
      const named = names('sensor', of, `s${k}_`);
      Object.assign(values, named.values, { [`m${k}`]: machine });
      return `(machine = $m${k} AND (${named.condition}))`;
    });
    questions.push({ condition: conditions.join(' OR '), values });
  }
  return questions;
}

/** Runs in order of time, one after the other, are what the engine's sort merges fastest. */
function inOrder(
  found: readonly ResultSeries[],
  places: ReadonlyMap<string, number>,
): Pick<ScanBatch, 'series' | 'ts' | 'value'> {
  const rows: (readonly [place: number, ts: number, value: number])[] = [];
  for (const { tags, values = [] } of found) {
    const place = places.get(`${tags?.['machine'] ?? ''} ${tags?.['sensor'] ?? ''}`);
    if (place === undefined) continue;
    for (const [ts, value] of values as readonly (readonly [number, number])[]) rows.push([place, ts, value]);
  }
  rows.sort((a, b) => a[1] - b[1]);
  return {
    series: Int32Array.from(rows, (row) => row[0]),
    ts: Float64Array.from(rows, (row) => row[1]),
    value: Float64Array.from(rows, (row) => row[2]),
  };
}
