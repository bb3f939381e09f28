/** Every machine's sensors as small numbers, with their newest value: what DuckDB's rows carry, and `latest` answers from. */
import type { DuckDbFile } from './duckdb-file.ts';
import type { Reading } from './port.ts';

export interface Series {
  readonly id: number;
  readonly machine: string;
  readonly sensor: string;
  /** Time and value of the newest reading; -Infinity before the first. */
  ts: number;
  value: number;
}

export class SeriesBook {
  readonly #machines = new Map<string, Map<string, Series>>();
  #nextId = 1;

  /** Reads what the file holds. */
  static async load(file: DuckDbFile): Promise<SeriesBook> {
    const rows = await file.rows(`
      SELECT s.id, s.machine, s.sensor, n.ts::DOUBLE, n.value FROM series s
      LEFT JOIN (SELECT series, max(ts) AS ts, arg_max(value, ts) AS value FROM reading GROUP BY series) n ON n.series = s.id`);
    const book = new SeriesBook();
    for (const [id, machine, sensor, ts, value] of rows as [number, string, string, number | null, number | null][]) {
      book.#put({ id, machine, sensor, ts: ts ?? -Infinity, value: value ?? Number.NaN });
      book.#nextId = Math.max(book.#nextId, id + 1);
    }
    return book;
  }

  get(machine: string, sensor: string): Series | undefined {
    return this.#machines.get(machine)?.get(sensor);
  }

  add(machine: string, sensor: string): Series {
    const series: Series = { id: this.#nextId++, machine, sensor, ts: -Infinity, value: Number.NaN };
    this.#put(series);
    return series;
  }

  of(machine: string): readonly Series[] {
    return [...(this.#machines.get(machine)?.values() ?? [])];
  }

  latest(machines?: readonly string[]): Reading[] {
    const wanted = machines ? machines.map((id) => this.#machines.get(id)) : [...this.#machines.values()];
    return wanted.flatMap((sensors) =>
      [...(sensors?.values() ?? [])]
        .filter(({ ts }) => ts > -Infinity)
        .map(({ machine, sensor, ts, value }) => ({ machine, sensor, ts, value })),
    );
  }

  #put(series: Series): void {
    const sensors = this.#machines.get(series.machine) ?? new Map<string, Series>();
    sensors.set(series.sensor, series);
    this.#machines.set(series.machine, sensors);
  }
}
