import assert from 'node:assert/strict';
import { type Bucket, type BucketQuery, type Envelope, type Reading, StoreUnavailable } from '#shared/readings/port.ts';
import { FIRST, type RollableStore, type Rollups, type RollupState, UNIT_MS } from '#shared/readings/rollups/port.ts';
import { RolledReadings } from '#shared/readings/rollups/rolled.ts';

const HOUR = UNIT_MS.hour;
/** When what is rolled up begins is some hours after. */
export const T = Date.UTC(2026, 0, 31);

export type Step =
  | { readonly do: 'write'; readonly readings: readonly Reading[] }
  | { readonly do: 'ask'; readonly question: BucketQuery }
  /** Readings that come while it is rolled up: too late to be in it. */
  | { readonly do: 'advance' | 'extend'; readonly hours: number; readonly during: readonly Reading[] }
  | { readonly do: 'redo'; readonly during: readonly Reading[] }
  | { readonly do: 'restart' }
  /** The n-th call to the store from here on fails, and the process with it. */
  | { readonly do: 'die'; readonly calls: number };

/** One store through its steps, beside the readings it was given. */
export class Life {
  readonly #again: () => RollableStore;
  readonly #known = new Map<string, Reading>();
  #rolled: RolledReadings | undefined;
  #callsLeft = Infinity;
  #during: Reading[] = [];

  constructor(again: () => RollableStore) {
    this.#again = again;
  }

  get store(): RolledReadings {
    if (!this.#rolled) throw new Error('not begun');
    return this.#rolled;
  }

  async begin(): Promise<void> {
    const store = this.#again();
    const rollups = new Proxy(store.rollups, { get: (of, name: keyof Rollups) => this.#watched(of, name) });
    this.#rolled = new RolledReadings(
      new Proxy(store, { get: (of, name) => (name === 'rollups' ? rollups : this.#bound(of, name)) }),
    );
    this.#callsLeft = Infinity;
    await this.#rolled.start();
  }

  async end(): Promise<void> {
    await this.#rolled?.stop();
  }

  async take(step: Step): Promise<void> {
    try {
      this.#during = 'during' in step ? [...step.during] : [];
      await this.#do(step);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#during = [];
      await this.#restart();
      // as the writer does, whose batch counts only when it is stored
      if (step.do === 'write') await this.write(step.readings);
      if ('during' in step) await this.write(step.during);
    }
  }

  async #do(step: Step): Promise<void> {
    const { upkeep } = this.store;
    switch (step.do) {
      case 'write':
        return this.write(step.readings);
      case 'ask':
        return this.compare(step.question);
      case 'advance': {
        const state = await upkeep.state(T + 10 * HOUR);
        await upkeep.advance(state, state.to + step.hours * HOUR);
        return;
      }
      case 'extend': {
        const state = await upkeep.state(T + 10 * HOUR);
        if (state.from > FIRST) await upkeep.extend(state, step.hours * HOUR);
        return;
      }
      case 'redo':
        await upkeep.redo(await upkeep.state(T + 10 * HOUR));
        return;
      case 'restart':
        return this.#restart();
      case 'die':
        this.#callsLeft = step.calls;
    }
  }

  async #restart(): Promise<void> {
    await this.end();
    await this.begin();
  }

  async write(readings: readonly Reading[]): Promise<void> {
    assert.deepEqual(await this.store.write(readings, []), []);
    for (const one of readings) this.#known.set(`${one.machine} ${one.sensor} ${one.ts}`, one);
  }

  /** Does not die any more. */
  live(): void {
    this.#callsLeft = Infinity;
  }

  /** Until nothing is left to do. */
  async settle(): Promise<void> {
    const { upkeep } = this.store;
    let state: RollupState = await upkeep.state(T + 60 * HOUR);
    if (state.to < T + 60 * HOUR) state = await upkeep.advance(state, T + 60 * HOUR);
    while (state.from > FIRST) state = await upkeep.extend(state, 24 * HOUR);
    assert.equal((await upkeep.redo(state)).more, false);
    assert.deepEqual(await upkeep.redo(state), { hours: 0, more: false });
  }

  ask(question: BucketQuery): Promise<Envelope> {
    return this.store.buckets(question);
  }

  async compare(question: BucketQuery): Promise<void> {
    const { width, sensors } = await this.ask(question);
    assert.deepEqual([...sensors.keys()], question.sensors);
    const ideal = Math.max(1, Math.ceil((question.to - question.from) / question.buckets));
    assert.ok(width >= ideal && width <= ideal * 1.5 + 1, `${width} ms instead of ${ideal} ms`);
    for (const [sensor, found] of sensors) {
      assert.ok(found.length <= question.buckets);
      assert.deepEqual(found, this.#naive(question, sensor, width, found[0]?.t ?? question.from));
    }
  }

  /** Buckets by hand; they are counted from the last begin of a bucket at or before the range. */
  #naive({ machine, from, to }: BucketQuery, sensor: string, width: number, someBegin: number): Bucket[] {
    const start = someBegin + Math.floor((from - someBegin) / width) * width;
    const byPlace = new Map<number, number[]>();
    for (const { ts, value, ...of } of this.#known.values()) {
      if (of.machine !== machine || of.sensor !== sensor || ts < from || ts >= to) continue;
      const place = Math.floor((ts - start) / width);
      byPlace.set(place, [...(byPlace.get(place) ?? []), value]);
    }
    return [...byPlace]
      .toSorted(([a], [b]) => a - b)
      .map(([place, values]) => {
        const sum = values.reduce((total, value) => total + value, 0);
        const [min, max] = [Math.min(...values), Math.max(...values)];
        return { t: start + place * width, min, max, mean: sum / values.length, count: values.length };
      });
  }

  #watched(of: Rollups, name: keyof Rollups): unknown {
    const call = of[name].bind(of) as (...args: unknown[]) => Promise<unknown>;
    return async (...args: unknown[]) => {
      if (this.#callsLeft-- <= 0) throw new StoreUnavailable('the process dies here');
      const answer = await call(...args);
      if (name === 'rollUp' || name === 'newestBefore') await this.write(this.#during.splice(0));
      return answer;
    };
  }

  #bound(of: RollableStore, name: string | symbol): unknown {
    const value: unknown = Reflect.get(of, name, of);
    return typeof value === 'function' ? (value.bind(of) as unknown) : value;
  }
}
