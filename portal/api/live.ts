/** What the portal knows of the machines at this instant, from its own reader of the journal. */

export interface LastValue {
  /** The machine's time and the time of receipt, epoch ms. */
  readonly ts: number;
  readonly at: number;
  readonly value: number;
}

/** Receipt of the last message and of the last valid reading, epoch ms. */
export interface MachineTimes {
  readonly messageAt: number | undefined;
  readonly readingAt: number | undefined;
}

export interface LiveReading {
  readonly machine: string;
  readonly sensor: string;
  /** Epoch ms, the machine's time. */
  readonly ts: number;
  readonly value: number;
}

export interface Live {
  /** Newest value of each sensor, derived ones included; empty for a machine that never reported. */
  last(machine: string): ReadonlyMap<string, LastValue>;
  times(machine: string): MachineTimes;
  /** Tells `listener` of each new reading of these `MACHINE/SENSOR`s; call what is returned to end it. */
  subscribe(keys: readonly string[], listener: (reading: LiveReading) => void): () => void;
}
