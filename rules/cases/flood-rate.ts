/** How many alarms a machine had of late by its own time, and so whether they are a flood. Pure. */
import { FLOOD } from '#shared/model/attention.ts';

export class FloodRate {
  /** Newest times, ascending, epoch ms; no more than decide. */
  #times: readonly number[];

  constructor(times: readonly number[]) {
    this.#times = [...times].sort((a, b) => a - b).slice(-FLOOD.above - 1);
  }

  /** One more alarm. */
  add(ts: number): void {
    this.#times = [...this.#times, ts].sort((a, b) => a - b).slice(-FLOOD.above - 1);
  }

  /** Whether a flood begins at that moment. */
  begins(ts: number): boolean {
    return this.#times.filter((time) => time > ts - FLOOD.withinMs).length > FLOOD.above;
  }

  /** When a flood is over if no more alarms come: when all but the newest few are too old to count. */
  get endsTs(): number {
    return (this.#times.at(-FLOOD.below) ?? this.#times[0] ?? 0) + FLOOD.withinMs;
  }
}
