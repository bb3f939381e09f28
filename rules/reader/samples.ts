/**
 * Of what is set aside everything is counted, but one by one only so much is kept: a machine that makes up sensor names, or
 * sends broken messages all day, fills neither the database nor the time of the others. A fold, remembered like the engine.
 */

/** So many rejects of one machine and reason are kept in a minute of receipt, where nobody says otherwise. */
const KEPT_A_MINUTE = 100;
/** A machine that sends too much is told of once so often. */
const TOLD_EVERY_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What to save so that another one goes on. */
export interface SamplesMemory {
  readonly minute: number;
  readonly kept: readonly (readonly [key: string, count: number])[];
  readonly told: readonly (readonly [machine: string, at: number])[];
}

export type Sample = 'kept' | 'last of the minute' | 'counted';

export class Samples {
  readonly #most: number;
  #minute: number;
  #kept: Map<string, number>;
  readonly #told: Map<string, number>;

  /** `most`: of one machine and reason in a minute; machines nobody knows are one. */
  constructor(most = KEPT_A_MINUTE, memory?: SamplesMemory) {
    this.#most = most;
    this.#minute = memory?.minute ?? 0;
    this.#kept = new Map(memory?.kept);
    this.#told = new Map(memory?.told);
  }

  memory(): SamplesMemory {
    return { minute: this.#minute, kept: [...this.#kept], told: [...this.#told] };
  }

  /** Whether one more reject is kept; `machine` undefined: of one nobody knows. `at`: time of receipt, epoch ms. */
  take(machine: string | undefined, reason: string, at: number): Sample {
    this.#pass(at);
    const key = `${reason} ${machine ?? ''}`;
    const count = (this.#kept.get(key) ?? 0) + 1;
    if (count > this.#most) return 'counted';
    this.#kept.set(key, count);
    return count === this.#most ? 'last of the minute' : 'kept';
  }

  /** Whether it is time to tell people of a machine that sends too much. */
  tells(machine: string, at: number): boolean {
    if (at - (this.#told.get(machine) ?? -Infinity) < TOLD_EVERY_MS) return false;
    this.#told.set(machine, at);
    return true;
  }

  #pass(at: number): void {
    const minute = Math.floor(at / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#kept = new Map();
    for (const [machine, told] of this.#told) if (at - told >= TOLD_EVERY_MS) this.#told.delete(machine);
  }
}
