/** The reading store of the simulation: it may be away, store a part, or store all and not say so. */
import type { Reading, ReadingStore, Refused, StoredEvent } from '#shared/readings/port.ts';
import { StoreUnavailable } from '#shared/readings/port.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';

export interface StoreWeather {
  away: boolean;
  /** Probability that a batch is stored in part and refused; that it is stored and its answer lost. */
  partly: number;
  answerLost: number;
  slowMs: number;
}

export const FAIR_STORE: Readonly<StoreWeather> = { away: false, partly: 0, answerLost: 0, slowMs: 3 };

export class SimulatedStore {
  readonly weather: StoreWeather = { ...FAIR_STORE };
  readonly readings = new Map<string, number>();
  readonly events = new Set<string>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  mount(process: Process): Pick<ReadingStore, 'write'> {
    return {
      write: (readings, events) => process.ask(this.weather.slowMs, () => this.#write(readings, events)),
    };
  }

  #write(readings: readonly Reading[], events: readonly StoredEvent[]): readonly Refused[] {
    const { away, partly, answerLost } = this.weather;
    if (away) throw new StoreUnavailable('simulated outage');
    const part = this.#random.chance(partly);
    for (const reading of readings) {
      if (!part || this.#random.chance(0.5)) this.readings.set(pointOf(reading), reading.value);
    }
    for (const event of events) if (!part || this.#random.chance(0.5)) this.events.add(eventOf(event));
    if (part || this.#random.chance(answerLost)) throw new StoreUnavailable('simulated failure');
    return [];
  }
}

export const pointOf = ({ machine, sensor, ts }: Omit<Reading, 'value'>): string => `${machine} ${sensor} ${ts}`;
export const eventOf = ({ machine, code, ts, text }: StoredEvent): string => `${machine} ${code} ${ts} ${text}`;
