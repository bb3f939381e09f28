/** Readings of many series in order of time, out of InfluxDB, which gives them series by series. */
import type { InfluxAddress } from './influx-address.ts';
import { InfluxColumns } from './influx-columns.ts';
import { names, whole } from './influx-terms.ts';
import { merge } from './merge.ts';
import type { SeriesColumns } from './msgpack.ts';
import type { ScanBatch, ScanQuery, SeriesName } from './port.ts';
import { RemoteRead } from './remote-read/client.ts';
import { ahead, type CountedSpan, type Span, spansOf } from './spans.ts';

/** An answer of some 5 MB, 18 MB unpacked; InfluxDB begins anew at each, so that fewer are faster. */
const WANTED = 500_000;
/** So many parts are counted in one question: InfluxDB takes a second for some six million readings. */
const PARTS_AT_ONCE = 250;
/** Machines named in one question. */
const MAX_NAMED = 50;
const NEVER = new AbortController().signal;

interface Question {
  readonly condition: string;
  readonly values: Record<string, string>;
}

/** Sensors that several machines have all of. */
interface Block {
  readonly machines: readonly string[];
  readonly sensors: readonly string[];
}

export class InfluxScans {
  readonly #columns: InfluxColumns;
  readonly #remote: RemoteRead;

  constructor(address: InfluxAddress) {
    this.#columns = new InfluxColumns(address);
    this.#remote = new RemoteRead(address);
  }

  async *scan({ series, from, to, signal = NEVER }: ScanQuery): AsyncGenerator<ScanBatch, void, undefined> {
    const ending = new AbortController();
    const either = AbortSignal.any([signal, ending.signal]);
    const blocks = blocksOf(series);
    const places = new Map(series.map(({ machine, sensor }, place) => [keyOf(machine, sensor), place]));
    const known = (found: readonly SeriesColumns[]) =>
      found.flatMap(({ tags, ts, value }) => {
        const place = places.get(keyOf(tags['machine'] ?? '', tags['sensor'] ?? ''));
        return place === undefined ? [] : [{ series: place, ts, value }];
      });
    try {
      const { total, spans } = await spansOf({ from, to }, WANTED, (span, width) =>
        this.#count(blocks, span, width, either),
      );
      for await (const found of ahead(spans, (span) => this.#read(blocks, span, either))) {
        yield { total, ...merge(known(found)) };
      }
    } finally {
      // whoever has enough leaves a question under way
      ending.abort();
    }
  }

  /** Readings in the parts of the span, by InfluxQL, which knows every kind of number. */
  async #count(
    blocks: readonly Block[],
    span: Span,
    width: number,
    signal: AbortSignal,
  ): Promise<(readonly [part: number, count: number])[]> {
    const offset = ((span.from % width) + width) % width;
    const group = `time(${whole(width)}ms, ${whole(offset)}ms) fill(none)`;
    const found = new Map<number, number>();
    for (let { from } = span; from < span.to; from += PARTS_AT_ONCE * width) {
      const stretch = { from, to: Math.min(span.to, from + PARTS_AT_ONCE * width) };
      const answers = await Promise.all(
        blocks.map((block) => this.#ask('count(value)', questionFor(block), stretch, group, signal)),
      );
      for (const { ts, value } of answers.flat()) {
        for (const [row, t] of ts.entries()) {
          const part = (t - span.from) / width;
          found.set(part, (found.get(part) ?? 0) + (value[row] as number));
        }
      }
    }
    return [...found].toSorted(([a], [b]) => a - b);
  }

  /**
   * By remote read where it gives as many readings as were counted. It leaves out series of whole numbers, as others may have
   * written, and does not say so; readings that came meanwhile cost a question more.
   */
  async #read(blocks: readonly Block[], span: CountedSpan, signal: AbortSignal): Promise<readonly SeriesColumns[]> {
    const quick = await Promise.all(blocks.map((block) => this.#readRemotely(block, span, signal)));
    signal.throwIfAborted();
    const found = quick.flatMap((series) => series ?? []);
    if (found.reduce((sum, { ts }) => sum + ts.length, 0) === span.readings) return found;
    const asked = blocks.map((block) => this.#ask('value', questionFor(block), span, 'machine, sensor', signal));
    return (await Promise.all(asked)).flat();
  }

  async #readRemotely({ machines, sensors }: Block, { from, to }: Span, signal: AbortSignal) {
    const question = { from, to, labels: { __name__: ['reading'], machine: machines, sensor: sensors } };
    const series = await this.#remote.ask(question, signal);
    return series?.map(({ tags, ts, value }) => {
      let rows = ts.length;
      while (rows > 0 && (ts[rows - 1] as number) >= to) rows--;
      return { tags, ts: ts.subarray(0, rows), value: value.subarray(0, rows) };
    });
  }

  #ask(select: string, { condition, values }: Question, { from, to }: Span, group: string, signal: AbortSignal) {
    return this.#columns.ask(
      `SELECT ${select} FROM reading WHERE ${condition} AND time >= ${whole(from)}ms AND time < ${whole(to)}ms GROUP BY ${group}`,
      values,
      signal,
    );
  }
}

function keyOf(machine: string, sensor: string): string {
  return `${machine} ${sensor}`;
}

/** The sensors asked for, by machines that are asked for the same ones, a number of machines at a time. */
function blocksOf(series: readonly SeriesName[]): readonly Block[] {
  const sensorsOf = new Map<string, Set<string>>();
  for (const { machine, sensor } of series) sensorsOf.set(machine, (sensorsOf.get(machine) ?? new Set()).add(sensor));
  const alike = new Map<string, { machines: string[]; sensors: string[] }>();
  for (const [machine, asked] of sensorsOf) {
    const sensors = [...asked].toSorted();
    const key = JSON.stringify(sensors);
    const block = alike.get(key) ?? { machines: [], sensors };
    block.machines.push(machine);
    alike.set(key, block);
  }
  return [...alike.values()].flatMap(({ machines, sensors }) =>
    Array.from({ length: Math.ceil(machines.length / MAX_NAMED) }, (_, i) => {
      return { machines: machines.slice(i * MAX_NAMED, (i + 1) * MAX_NAMED), sensors };
    }),
  );
}

function questionFor({ machines, sensors }: Block): Question {
  const machine = names('machine', machines, 'm');
  const sensor = names('sensor', sensors, 's');
  return {
    condition: `(${machine.condition}) AND (${sensor.condition})`,
    values: { ...machine.values, ...sensor.values },
  };
}
