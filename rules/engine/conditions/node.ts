/** What every kind of condition is made into, and what it may look at. */
import type { Sensor } from '#shared/model/plant.ts';
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { Condition } from '#shared/model/rule.ts';
import type { Baseline } from '../types.ts';
import type { EventWindow } from '../windows/events.ts';
import type { SensorMemory } from '../windows/memory.ts';
import type { Observer } from '../windows/observer.ts';
import type { Ring } from '../windows/ring.ts';

/** One machine as conditions see it; sensors by their place in the machine's profile. */
export interface View {
  /** Newest value and its time (machine's time, epoch ms); NaN before the first reading. */
  readonly value: Float64Array;
  readonly ts: Float64Array;
  /** 1 where the sensor has a reading and neither it nor an input of it is stale. */
  readonly usable: Uint8Array;
  /** How long no reading has come, ms: the greatest of the sensor's waits that has passed, else 0. */
  readonly quiet: Float64Array;
  readonly memory: readonly (SensorMemory | undefined)[];
  readonly events: readonly EventWindow[];
  readonly state: string | undefined;
  readonly sequences: readonly SequenceMemory[];
  baseline(place: number): Baseline | undefined;
}

/** What a sequence remembers; see conditions/sequence.ts. */
export interface SequenceMemory {
  readonly held: boolean[];
  readonly became: number[];
  readonly start: number[];
  standing: boolean;
  standingRelaxed: boolean;
}

/** A compiled condition: no state of its own, so that all machines of a profile share it. */
export interface Node {
  /** Kleene: undefined is unknown. `relaxed`: limits are moved by their deadband, as for a standing alarm. */
  judge(view: View, relaxed: boolean): Verdict;
  /** The numbers behind the verdict. */
  explain(view: View, relaxed: boolean): Fact;
}

/** A node that must look at every judgement of its rule, before the verdict is asked for. */
export interface Watcher {
  watch(view: View, ts: number, raised: boolean): void;
}

export interface SensorPlace {
  readonly place: number;
  readonly sensor: Sensor;
}

/** Finds an observer of one machine. */
export type Slot<T extends Observer> = (view: View) => T;

/** Where a condition is compiled: it names what its rule depends on. `negated`: under an odd number of `not`. */
export interface Scope {
  readonly negated: boolean;
  sensor(id: string): SensorPlace;
  observe<T extends Observer>(at: SensorPlace, key: string, create: (history: Ring) => T): Slot<T>;
  /** The rule is judged when no reading of the sensor has come for `ms`. */
  silence(at: SensorPlace, ms: number): void;
  /** Place of the window of that code. */
  events(code: string, widthMs: number): number;
  state(): void;
  /** Place of a sequence's memory. */
  sequence(watcher: Watcher, length: number): number;
  compile(condition: Condition, negated: boolean): Node;
}

/** What all facts about a sensor begin with. */
export function sensorFact({ place, sensor }: SensorPlace, view: View, verdict: Verdict) {
  const known = !Number.isNaN(view.value[place]);
  return {
    sensor: sensor.id,
    verdict: verdict ?? null,
    ...(known ? { value: view.value[place] as number, at: view.ts[place] as number } : {}),
    ...(sensor.unit === undefined ? {} : { unit: sensor.unit }),
  };
}
