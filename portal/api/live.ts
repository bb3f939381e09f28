/** What the portal knows of the machines at this instant, from its own reader of the journal. */
import type { Telemetry } from '#shared/telemetry/types.ts';

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

/** A message as it came, and what became of it. */
export interface HeardMessage {
  /** Time of receipt, epoch ms. */
  readonly at: number;
  readonly topic: string;
  /** Its beginning, as text. */
  readonly payload: string;
  /** Size of the whole payload. */
  readonly bytes: number;
  readonly telemetry: Telemetry;
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
  /** The machine's own time of its last reading beside that of receipt; undefined while none has arrived here. */
  clock(machine: string): Pick<LastValue, 'ts' | 'at'> | undefined;
  /** The last messages of the machine since somebody asks for them, the newest first. `now`: epoch ms. */
  heard(machine: string, now: number): readonly HeardMessage[];
  /** Tells `listener` of each new reading of these `MACHINE/SENSOR`s; call what is returned to end it. */
  subscribe(keys: readonly string[], listener: (reading: LiveReading) => void): () => void;
}
