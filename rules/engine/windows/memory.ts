import type { Json } from '../types.ts';
import type { Observer } from './observer.ts';
import { Ring } from './ring.ts';
import { SumWindow } from './sum-window.ts';

/** How one observer of a sensor comes to be; equal keys are one observer, however many rules look at it. */
export interface ObserverPlan {
  readonly key: string;
  readonly create: (history: Ring) => Observer;
}

/**
 * Everything remembered of one sensor of one machine: its observers, and one history that the running sums share. It holds
 * the readings of the longest of their windows, 16 bytes each.
 */
export class SensorMemory {
  readonly observers: readonly Observer[];
  readonly #keys: readonly string[];
  readonly #history = new Ring();
  readonly #sums: readonly SumWindow[];

  constructor(plans: readonly ObserverPlan[]) {
    this.#keys = plans.map((plan) => plan.key);
    this.observers = plans.map((plan) => plan.create(this.#history));
    this.#sums = this.observers.filter((observer) => observer instanceof SumWindow);
  }

  observe(ts: number, value: number): void {
    if (this.#sums.length > 0) this.#history.push(ts, value);
    for (const observer of this.observers) observer.observe(ts, value);
    let oldest = this.#history.end;
    for (const sum of this.#sums) oldest = Math.min(oldest, sum.from);
    this.#history.begin = oldest;
  }

  save(): Json {
    const observers = Object.fromEntries(this.observers.map((o, i) => [this.#keys[i] as string, o.save()]));
    return { history: this.#history.save(), observers };
  }

  /** Takes over what was saved under the keys there are now; an observer that is new begins with the next reading. */
  load(json: Json): void {
    const saved = json as { history: number[][]; observers: { readonly [key: string]: Json } };
    if (this.#sums.length > 0) this.#history.load(saved.history);
    for (const [i, observer] of this.observers.entries()) {
      const known = saved.observers[this.#keys[i] as string];
      if (known !== undefined) observer.load(known);
      else if (observer instanceof SumWindow) observer.from = this.#history.end;
    }
  }
}
