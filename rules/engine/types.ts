/** What goes into the engine and what comes out. The engine awaits nothing and reads no clock. */
import type { Reason } from '#shared/model/reason.ts';
import type { Mode, Severity } from '#shared/model/rule.ts';

/**
 * One input. `at` is the time of receipt on the server's clock (epoch ms, never falling from input to input); `ts` is the
 * machine's own time. In a backtest both are the same.
 */
export type Input =
  | { readonly kind: 'snapshot'; readonly machine: string; readonly ts: number; readonly at: number; readonly readings: readonly SensorValue[] }
  | { readonly kind: 'event'; readonly machine: string; readonly ts: number; readonly at: number; readonly code: string; readonly text?: string }
  | { readonly kind: 'state'; readonly machine: string; readonly ts: number; readonly at: number; readonly state: string }
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
