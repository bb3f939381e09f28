/** Makes the engine's inputs of stored readings and events: what carries one time on one machine is a snapshot. */
import type { EventQuery, ReadingStore, SeriesName, StoredEvent } from '#shared/readings/port.ts';
import type { Input, SensorValue } from './engine/types.ts';
import type { Needs } from './backtest-needs.ts';

/** Code under which the reading store keeps what state a machine reported. */
const STATE = 'state';
const PAGE = 10_000;

/** Takes readings in order of time, by the place of their series, and gives on inputs, `others` among them at their time. */
export class InputFeed {
  readonly #sensors: readonly string[];
  readonly #machines: readonly string[];
  /** Place of each series' machine among the machines. */
  readonly #machineOf: Int32Array;
  readonly #others: readonly Input[];
  readonly #give: (input: Input) => void;
  #given = 0;
  #ts = -Infinity;
  /** Of the instant at hand: readings by machine, and which machines have some. */
  readonly #readings: SensorValue[][];
  readonly #touched: Int32Array;
  #touchedCount = 0;

  /** `others`: events, states and single readings, in order of time; they come before readings of the same time. */
  constructor(series: readonly SeriesName[], others: readonly Input[], give: (input: Input) => void) {
    this.#sensors = series.map(({ sensor }) => sensor);
    this.#machines = [...new Set(series.map(({ machine }) => machine))];
    const places = new Map(this.#machines.map((machine, place) => [machine, place]));
    this.#machineOf = Int32Array.from(series, ({ machine }) => places.get(machine) as number);
    this.#readings = this.#machines.map(() => []);
    this.#touched = new Int32Array(this.#machines.length);
    this.#others = others;
    this.#give = give;
  }

  take(series: number, ts: number, value: number): void {
    if (ts !== this.#ts) this.#flush(ts);
    const machine = this.#machineOf[series] as number;
    const readings = this.#readings[machine] as SensorValue[];
    if (readings.length === 0) this.#touched[this.#touchedCount++] = machine;
    readings.push({ sensor: this.#sensors[series] as string, value });
  }

  end(): void {
    this.#flush(Infinity);
  }

  /** Gives on the instant at hand and what else happened until `next`, which begins. */
  #flush(next: number): void {
    const ts = this.#ts;
    for (let touched = 0; touched < this.#touchedCount; touched++) {
      const machine = this.#touched[touched] as number;
      const readings = this.#readings[machine] as SensorValue[];
      this.#readings[machine] = [];
      this.#give({ kind: 'snapshot', machine: this.#machines[machine] as string, ts, at: ts, readings });
    }
    this.#touchedCount = 0;
    this.#ts = next;
    for (let other = this.#others[this.#given]; other && other.at <= next; other = this.#others[++this.#given]) {
      this.#give(other);
    }
  }
}

export interface Others {
  /** In order of time. */
  readonly inputs: readonly Input[];
  /** Machines that never reported a state, where the rule asks for one. */
  readonly stateless: readonly string[];
}

/** Events the rule counts, states where it names one (the last before the range too), in [from, to). */
export async function readOthers(
  store: Pick<ReadingStore, 'events'>,
  machines: readonly string[],
  needs: Needs,
  range: { readonly from: number; readonly to: number; readonly most: number; readonly signal: AbortSignal },
): Promise<Others> {
  const codes = [...needs.codes, ...(needs.states ? [STATE] : [])];
  const inputs: Input[] = [];
  const stateless: string[] = [];
  if (codes.length === 0) return { inputs, stateless };
  const { from, to, most, signal } = range;
  for (const machine of machines) {
    signal.throwIfAborted();
    const before = needs.states ? { machine, from: 0, to: from, codes: [STATE], newest: true as const } : undefined;
    const found = [
      ...(before ? await store.events({ ...before, limit: 1 }) : []),
      ...(await eventsOf(store, { machine, from, to, codes, limit: PAGE }, most - inputs.length)),
    ];
    if (needs.states && !found.some(({ code }) => code === STATE)) stateless.push(machine);
    for (const event of found) inputs.push(inputOf(event));
  }
  return { inputs: inputs.sort((a, b) => a.at - b.at), stateless };
}

/** Page by page, `most` at most: more is told by one too many. Of one time no more than a page is read. */
async function eventsOf(store: Pick<ReadingStore, 'events'>, query: EventQuery, most: number): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let { from } = query; found.length <= most; ) {
    const page = await store.events({ ...query, from });
    const last = page.at(-1)?.ts ?? from;
    const whole = page.length < query.limit;
    const complete = whole || last === from ? page : page.filter(({ ts }) => ts < last);
    found.push(...complete);
    if (whole) break;
    from = last === from ? from + 1 : last;
  }
  return found;
}

function inputOf({ machine, ts, code, text }: StoredEvent): Input {
  if (code === STATE) return { kind: 'state', machine, ts, at: ts, state: text };
  return { kind: 'event', machine, ts, at: ts, code, ...(text === '' ? {} : { text }) };
}
