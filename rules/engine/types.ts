/** What goes into the engine and what comes out. The engine awaits nothing and reads no clock. */
import type { Reason } from '#shared/model/reason.ts';
import type { Mode, Severity } from '#shared/model/rule.ts';

/**
 * One input. `at` is the time of receipt on the server's clock (epoch ms, never falling from input to input); `ts` is the
 * machine's own time. In a backtest both are the same.
 */
export type Input =
  | {
      readonly kind: 'snapshot';
      readonly machine: string;
      readonly ts: number;
      readonly at: number;
      readonly readings: readonly SensorValue[];
    }
  | {
      readonly kind: 'event';
      readonly machine: string;
      readonly ts: number;
      readonly at: number;
      readonly code: string;
      readonly text?: string;
    }
  | {
      readonly kind: 'state';
      readonly machine: string;
      readonly ts: number;
      readonly at: number;
      readonly state: string;
    }
  | { readonly kind: 'clock'; readonly at: number };

export interface SensorValue {
  readonly sensor: string;
  readonly value: number;
}

/** An alarm that was raised or cleared. */
export interface Transition {
  /** Time of the deciding reading, event or deadline; epoch ms. */
  readonly t: number;
  readonly machine: string;
  readonly rule: string;
  readonly mode: Mode;
  readonly transition: 'raised' | 'cleared';
  readonly severity: Severity;
  readonly component: string | null;
  readonly reason: Reason;
}

/** A reading that was not evaluated, and why. `late` is stored all the same; `bad` is not. */
export interface Unjudged {
  readonly machine: string;
  readonly sensor: string;
  readonly ts: number;
  readonly why: 'late' | 'not-finite' | 'out-of-range' | 'unknown-machine' | 'unknown-sensor' | 'derived-sensor';
}

/** A moment on both clocks, epoch ms: the machine's own time and the server's. */
export interface Instant {
  readonly ts: number;
  readonly at: number;
}

export const NEVER: Instant = { ts: Infinity, at: Infinity };

/** A reading that a formula yielded. */
export interface DerivedReading {
  readonly machine: string;
  readonly sensor: string;
  readonly ts: number;
  readonly value: number;
}

/** Takes what the engine has to say, in order; must not throw. */
export interface Sink {
  transition(transition: Transition): void;
  unjudged?(unjudged: Unjudged): void;
  /** Every derived reading that is to be stored, late ones included. */
  derived?(reading: DerivedReading): void;
}

/** What is normal for one sensor of one machine, learned from its past: middle and robust standard deviation, in its unit. */
export interface Baseline {
  readonly center: number;
  readonly sigma: number;
}

export type Baselines = (machine: string, sensor: string) => Baseline | undefined;

/** What a snapshot of the engine may carry: plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
