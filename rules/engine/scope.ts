/** Notes, while the conditions of a profile's rules are compiled, what they depend on. */
import type { Sensor } from '#shared/model/plant.ts';
import type { Condition } from '#shared/model/rule.ts';
import type { Node, Scope, SensorPlace, Slot, Watcher } from './conditions/node.ts';
import type { ObserverPlan } from './windows/memory.ts';
import type { Observer } from './windows/observer.ts';
import type { Ring } from './windows/ring.ts';

type Compile = (condition: Condition, scope: Scope) => Node;

export interface SequencePlan {
  readonly watcher: Watcher;
  readonly place: number;
  readonly length: number;
}

/** Plans gathered while the rules are compiled. */
export interface Draft {
  readonly sensors: ReadonlyMap<string, SensorDraft>;
  readonly events: Map<string, EventDraft>;
  readonly stateRules: number[];
  sequences: number;
}

export interface SensorDraft {
  readonly place: number;
  readonly sensor: Sensor;
  /** Rules that ask whether it has been silent for so many ms. */
  readonly silences: Map<number, number[]>;
  readonly observers: ObserverPlan[];
  readonly rules: number[];
}

export interface EventDraft {
  readonly code: string;
  readonly widthMs: number;
  readonly rules: number[];
}

/** What one rule depends on. */
export class RuleScope implements Scope {
  readonly negated: boolean;
  readonly sequences: SequencePlan[];
  readonly #draft: Draft;
  readonly #position: number;
  readonly #compile: Compile;

  constructor(draft: Draft, position: number, compile: Compile, negated = false, sequences: SequencePlan[] = []) {
    this.#draft = draft;
    this.#position = position;
    this.#compile = compile;
    this.negated = negated;
    this.sequences = sequences;
  }

  sensor(id: string): SensorPlace {
    const draft = this.#sensor(id);
    this.#concern(draft.rules);
    return { place: draft.place, sensor: draft.sensor };
  }

  observe<T extends Observer>({ place, sensor }: SensorPlace, key: string, create: (history: Ring) => T): Slot<T> {
    const { observers } = this.#sensor(sensor.id);
    const known = observers.findIndex((plan) => plan.key === key);
    const index = known >= 0 ? known : observers.push({ key, create }) - 1;
    return (view) => view.memory[place]?.observers[index] as T;
  }

  silence({ sensor }: SensorPlace, ms: number): void {
    const { silences } = this.#sensor(sensor.id);
    const rules = silences.get(ms) ?? [];
    silences.set(ms, rules);
    this.#concern(rules);
  }

  events(code: string, widthMs: number): number {
    const key = `${code} ${widthMs}`;
    const { events } = this.#draft;
    const plan = events.get(key) ?? { code, widthMs, rules: [] };
    events.set(key, plan);
    this.#concern(plan.rules);
    return [...events.keys()].indexOf(key);
  }

  state(): void {
    this.#concern(this.#draft.stateRules);
  }

  sequence(watcher: Watcher, length: number): number {
    const place = this.#draft.sequences++;
    this.sequences.push({ watcher, place, length });
    return place;
  }

  compile(condition: Condition, negated: boolean): Node {
    const scope = new RuleScope(this.#draft, this.#position, this.#compile, negated, this.sequences);
    return this.#compile(condition, scope);
  }

  #concern(rules: number[]): void {
    if (rules[rules.length - 1] !== this.#position) rules.push(this.#position);
  }

  #sensor(id: string): SensorDraft {
    const draft = this.#draft.sensors.get(id);
    if (!draft) throw new RangeError(`There is no sensor "${id}" in the model`);
    return draft;
  }
}
