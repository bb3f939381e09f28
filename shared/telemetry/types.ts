/** What a message turns into: snapshots, events, states, and what had to be set aside with its reason. */

/** All readings of one machine with one time in one message. */
export interface Snapshot {
  readonly machine: string;
  /** Epoch ms: the machine's time, or the time of receipt where it gave none. */
  readonly ts: number;
  readonly readings: readonly { readonly sensor: string; readonly value: number }[];
}

export interface MachineEvent {
  readonly machine: string;
  readonly ts: number;
  readonly code: string;
  readonly text?: string;
  readonly severity?: string;
}

export interface StateReport {
  readonly machine: string;
  readonly ts: number;
  readonly state: string;
}

export interface ConnectionReport {
  readonly machine: string;
  readonly online: boolean;
}

export type RejectReason =
  | 'unknown-topic'
  | 'too-large'
  | 'not-utf8'
  | 'not-json'
  | 'wrong-shape'
  | 'not-a-number'
  | 'bad-time'
  | 'future'
  | 'unknown-machine'
  | 'unknown-sensor'
  | 'derived-sensor'
  | 'out-of-range'
  | 'too-many'
  | 'sparkplug';

/** What could not be used: a whole message, or one reading of it. */
export interface Reject {
  readonly reason: RejectReason;
  /** One sentence for a person: what is wrong, where, and the mend. */
  readonly detail: string;
  readonly machine?: string;
  readonly sensor?: string;
  /** Where in the payload: `values.bearing-temp`, `[3].ts`. */
  readonly path?: string;
  /** How many readings, events and states it stands for, where that is not one. */
  readonly count?: number;
}

export interface Telemetry {
  /** Machine of the topic, where it has one. */
  readonly machine: string | undefined;
  readonly snapshots: readonly Snapshot[];
  readonly events: readonly MachineEvent[];
  readonly states: readonly StateReport[];
  readonly connections: readonly ConnectionReport[];
  /** Numbers the machine gave what it sent, in the order of the message. */
  readonly sequence: readonly number[];
  readonly rejects: readonly Reject[];
  /** Of the house's heartbeat: when it was received, epoch ms. */
  readonly beat?: number;
}
