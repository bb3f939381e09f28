/** Millions of readings in columns (28 bytes each), put in order of time, and handed out as snapshots. */
import type { Snapshot } from '../telemetry/types.ts';

/** Readings of one row of a wide file belong together; rows of long files do where they are neighbours. */
const LONG = 0;

export class ReadingTable {
  #size = 0;
  #times = new Float64Array(1024);
  #values = new Float64Array(1024);
  #machines = new Uint32Array(1024);
  #sensors = new Uint32Array(1024);
  #rows = new Uint32Array(1024);
  #wideRows = LONG;
  #sorted = true;
  readonly #ids = new Ids();

  get size(): number {
    return this.#size;
  }

  /** Adds a row of a long file. `ts` in epoch ms. */
  add(machine: string, sensor: string, ts: number, value: number): void {
    this.#push(machine, sensor, ts, value, LONG);
  }

  /** Adds a row of a wide file: one snapshot. */
  addRow(machine: string, ts: number, readings: readonly { readonly sensor: string; readonly value: number }[]): void {
    this.#wideRows++;
    for (const { sensor, value } of readings) this.#push(machine, sensor, ts, value, this.#wideRows);
  }

  /** Time of the newest reading, epoch ms; undefined where there is none. */
  get end(): number | undefined {
    let end = -Infinity;
    for (let i = 0; i < this.#size; i++) end = Math.max(end, this.#times[i] as number);
    return this.#size > 0 ? end : undefined;
  }

  /**
   * Snapshots in order of time, rows of one time in the order they were added: neighbouring long rows with the same time and
   * machine, or one wide row.
   */
  *snapshots(): Generator<Snapshot> {
    const order = this.#order();
    for (let from = 0; from < this.#size; ) {
      const first = order ? (order[from] as number) : from;
      const readings: { sensor: string; value: number }[] = [];
      let next = from;
      for (; next < this.#size; next++) {
        const at = order ? (order[next] as number) : next;
        if (!this.#together(first, at)) break;
        readings.push({ sensor: this.#ids.text(this.#sensors[at] as number), value: this.#values[at] as number });
      }
      yield { machine: this.#ids.text(this.#machines[first] as number), ts: this.#times[first] as number, readings };
      from = next;
    }
  }

  #together(a: number, b: number): boolean {
    return (
      this.#times[a] === this.#times[b] && this.#machines[a] === this.#machines[b] && this.#rows[a] === this.#rows[b]
    );
  }

  /** Places in order of time; undefined where they are so already. */
  #order(): Uint32Array | undefined {
    if (this.#sorted) return undefined;
    const times = this.#times;
    const places = Uint32Array.from({ length: this.#size }, (_, i) => i);
    return places.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
  }

  #push(machine: string, sensor: string, ts: number, value: number, row: number): void {
    const at = this.#size;
    if (at === this.#times.length) this.#grow();
    if (at > 0 && ts < (this.#times[at - 1] as number)) this.#sorted = false;
    this.#times[at] = ts;
    this.#values[at] = value;
    this.#machines[at] = this.#ids.number(machine);
    this.#sensors[at] = this.#ids.number(sensor);
    this.#rows[at] = row;
    this.#size++;
  }

  #grow(): void {
    const length = this.#size * 2;
    const doubles = (old: Float64Array) => {
      const grown = new Float64Array(length);
      grown.set(old);
      return grown;
    };
    const integers = (old: Uint32Array) => {
      const grown = new Uint32Array(length);
      grown.set(old);
      return grown;
    };
    [this.#times, this.#values] = [doubles(this.#times), doubles(this.#values)];
    [this.#machines, this.#sensors, this.#rows] = [
      integers(this.#machines),
      integers(this.#sensors),
      integers(this.#rows),
    ];
  }
}

class Ids {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  text(number: number): string {
    return this.#texts[number] as string;
  }
}
