/** Newest values in memory, told by the test instead of by a journal. */
import type { HeardMessage, LastValue, Live, LiveReading, MachineTimes } from '#portal/api/live.ts';

export class ToldLive implements Live {
  /** What each machine said, the newest first. */
  readonly messages = new Map<string, readonly HeardMessage[]>();
  readonly #last = new Map<string, Map<string, LastValue>>();
  readonly #listeners = new Map<string, Set<(reading: LiveReading) => void>>();

  tell(machine: string, sensor: string, ts: number, value: number): void {
    const sensors = this.#last.get(machine) ?? new Map<string, LastValue>();
    sensors.set(sensor, { ts, at: ts, value });
    this.#last.set(machine, sensors);
    for (const listener of this.#listeners.get(`${machine}/${sensor}`) ?? []) listener({ machine, sensor, ts, value });
  }

  last(machine: string): ReadonlyMap<string, LastValue> {
    return this.#last.get(machine) ?? new Map<string, LastValue>();
  }

  times(machine: string): MachineTimes {
    const newest = [...this.last(machine).values()].map(({ at }) => at).sort((a, b) => b - a)[0];
    return { messageAt: newest, readingAt: newest };
  }

  clock(machine: string): Pick<LastValue, 'ts' | 'at'> | undefined {
    return [...this.last(machine).values()].at(-1);
  }

  heard(machine: string): readonly HeardMessage[] {
    return this.messages.get(machine) ?? [];
  }

  subscribe(keys: readonly string[], listener: (reading: LiveReading) => void): () => void {
    for (const key of keys) this.#listeners.set(key, (this.#listeners.get(key) ?? new Set()).add(listener));
    return () => {
      for (const key of keys) this.#listeners.get(key)?.delete(listener);
    };
  }

  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }
}
