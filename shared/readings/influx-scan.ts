/** Readings of many series in order of time, out of InfluxDB, which gives them series by series. */
import type { InfluxColumns } from './influx-columns.ts';
import type { InfluxQueries } from './influx-query.ts';
import { names, whole } from './influx-terms.ts';
import { merge } from './merge.ts';
import type { ScanBatch, ScanQuery, SeriesName } from './port.ts';
import { ahead, type Span, spansOf } from './spans.ts';

/** An answer of some 2 MB, read in 20 ms; InfluxDB begins anew at each, so that fewer are faster. */
const WANTED = 100_000;
/** Machines named in one question. */
const MAX_NAMED = 50;

interface Question {
  readonly condition: string;
  readonly values: Record<string, string>;
}

export async function* scanInflux(
  queries: InfluxQueries,
  columns: InfluxColumns,
  { series, from, to }: ScanQuery,
): AsyncGenerator<ScanBatch, void, undefined> {
  const questions = questionsFor(series);
  const places = new Map(series.map(({ machine, sensor }, place) => [`${machine} ${sensor}`, place]));
  const statement = (select: string, condition: string, span: Span, group: string): string =>
    `SELECT ${select} FROM reading WHERE (${condition}) AND time >= ${whole(span.from)}ms AND time < ${whole(span.to)}ms GROUP BY ${group}`;
  const counts = (span: Span, group: string) =>
    Promise.all(
      questions.map(({ condition, values }) => queries.ask(statement('count(value)', condition, span, group), values)),
    );
  const fetched = (span: Span) =>
    Promise.all(
      questions.map(({ condition, values }) =>
        columns.ask(statement('value', condition, span, 'machine, sensor'), values),
      ),
    );
  const { total, spans } = await spansOf({ from, to }, WANTED, async (span, width) => {
    const offset = ((span.from % width) + width) % width;
    const found = new Map<number, number>();
    for (const { values = [] } of (await counts(span, `time(${width}ms, ${offset}ms) fill(none)`)).flat()) {
      for (const [t, n] of values as readonly (readonly [number, number])[]) {
        const part = (t - span.from) / width;
        found.set(part, (found.get(part) ?? 0) + n);
      }
    }
    return [...found].toSorted(([a], [b]) => a - b);
  });
  for await (const found of ahead(spans, fetched)) {
    const runs = found.flat().flatMap(({ tags, ts, value }) => {
      const place = places.get(`${tags['machine'] ?? ''} ${tags['sensor'] ?? ''}`);
      return place === undefined ? [] : [{ series: place, ts, value }];
    });
    yield { total, ...merge(runs) };
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
