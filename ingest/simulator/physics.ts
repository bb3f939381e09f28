/** What the physics of each kind of machine has in common. */
import type { FaultLevels } from './faults.ts';
import type { Operation } from './schedule.ts';

/** All that acts upon a machine at one time. */
export interface Conditions {
  /** Epoch ms. */
  readonly t: number;
  /** Tells this machine's noise from others'. */
  readonly key: number;
  readonly operation: Operation;
  /** Load with its small variations, 0 to 1; 0 unless running. */
  readonly load: number;
  /** Air around it, °C. */
  readonly hall: number;
  readonly faults: FaultLevels;
  /** Ordinary wear since the last maintenance, 0 to 1. */
  readonly age: number;
  /** Nominal value the plant gives for a sensor, else the fallback. */
  readonly nominal: (sensor: string, fallback: number) => number;
}

/** What a machine remembers from one moment to the next: temperatures, levels. */
export type Memory = Readonly<Record<string, number>>;
export type Values = Record<string, number>;

export interface Physics {
  /** Memory of a machine that has been under these conditions for long. */
  rest(conditions: Conditions): Memory;
  /** The memory `seconds` later under constant conditions: exact for any length, so that steps may be long or short. */
  step(memory: Memory, conditions: Conditions, seconds: number): Memory;
  /** What its sensors show. */
  read(memory: Memory, conditions: Conditions): Values;
}

/** First-order lag: where a value stands `seconds` on its way to `target` with time constant `tau` seconds. */
export function approach(value: number, target: number, seconds: number, tau: number): number {
  return target + (value - target) * Math.exp(-seconds / tau);
}

/** Rounds to the resolution a real transmitter has. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/** No less than 0. */
export function atLeastZero(value: number): number {
  return value > 0 ? value : 0;
}
