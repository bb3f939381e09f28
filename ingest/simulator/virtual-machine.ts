/** One simulated machine: what its sensors show at any time, in whatever steps it is asked. */
import type { EquippedMachine, Sensor } from '#shared/model/plant.ts';
import { nominalOf } from '#shared/model/tolerance.ts';
import { anyMachine } from './any-machine.ts';
import { DAY, hallTemperature, MINUTE } from './calendar.ts';
import { compressor } from './compressor.ts';
import type { MachineKind } from './fault-stories.ts';
import type { FaultLevels, FaultPlan } from './faults.ts';
import { type Circumstances, type Happening, happenings } from './happenings.ts';
import { hydraulicPress } from './hydraulic-press.ts';
import { loosened } from './loose-sensor.ts';
import { keyOf, uniform, wander } from './noise.ts';
import type { Conditions, Memory, Physics, Values } from './physics.ts';
import { type OperatingState, Schedule, type ShiftPattern } from './schedule.ts';
import { spindlePress } from './spindle-press.ts';

/** Memory is kept at whole minutes; so long before a time it begins, when nothing is left of how it began. */
const SPIN_UP = 4 * DAY;
const KINDS: Readonly<Record<string, MachineKind>> = {
  'sp-200': 'spindle-press',
  'hp-400': 'hydraulic-press',
  'kx-75': 'compressor',
};
const LOOSE_SENSOR: Readonly<Record<MachineKind, string>> = {
  'spindle-press': 'bearing-temp',
  'hydraulic-press': 'oil-temp',
  compressor: 'outlet-temp',
  any: '',
};

export function kindOf(model: string): MachineKind {
  return KINDS[model] ?? 'any';
}

export interface Surroundings {
  readonly seed: number;
  readonly shifts: ShiftPattern;
  readonly faults: FaultPlan;
}

export class VirtualMachine {
  readonly id: string;
  /** Sensors it sends, derived ones not among them. */
  readonly sensors: readonly Sensor[];
  readonly #key: number;
  readonly #hallKey: number;
  readonly #kind: MachineKind;
  readonly #physics: Physics;
  readonly #faults: FaultPlan;
  readonly #schedule: Schedule;
  readonly #nominals: ReadonlyMap<string, number | undefined>;
  readonly #service: { readonly period: number; readonly phase: number };
  #minute = Number.NaN;
  #memory: Memory = {};

  constructor({ machine, model, sensors }: EquippedMachine, { seed, shifts, faults }: Surroundings) {
    this.id = machine.id;
    this.sensors = [...sensors.values()].filter((sensor) => sensor.formula === undefined);
    this.#key = keyOf(machine.id, seed);
    this.#hallKey = keyOf(machine.site ?? machine.customer, seed);
    this.#kind = kindOf(model.id);
    this.#physics =
      { 'spindle-press': spindlePress, 'hydraulic-press': hydraulicPress, compressor, any: undefined }[this.#kind] ??
      anyMachine(this.sensors);
    this.#faults = faults;
    // Compressed air flows on while people hand over.
    const pattern = this.#kind === 'compressor' && shifts === 'conti' ? 'unmanned' : shifts;
    this.#schedule = new Schedule(this.#key, pattern, (t) => faults.appointment(machine.id, t));
    this.#nominals = new Map([...sensors].map(([id, sensor]) => [id, nominalOf(sensor)]));
    this.#service = { period: (26 + 16 * uniform(this.#key, 1)) * DAY, phase: uniform(this.#key, 2) };
  }

  /** State its control reports. A compressor knows no setting up. */
  stateAt(t: number): OperatingState {
    const { state } = this.#schedule.at(t);
    return this.#kind === 'compressor' && state === 'setup' ? 'running' : state;
  }

  /** False while its gateway is dead: nothing reaches us then. */
  isConnected(t: number): boolean {
    return this.#faults.levels(this.id, t).gateway === 0;
  }

  /** What its sensors show at `t`, epoch ms; fastest when asked in order of time. */
  valuesAt(t: number): Values {
    const conditions = this.#conditions(t);
    const all = this.#physics.read(this.#memoryAt(t), conditions);
    const values: Values = {};
    for (const { id } of this.sensors) {
      const value = all[id];
      if (value !== undefined) values[id] = value;
    }
    const loose = LOOSE_SENSOR[this.#kind];
    const value = values[loose];
    if (conditions.faults.loose > 0 && value !== undefined) {
      const touch = { t, key: this.#key ^ 99, level: conditions.faults.loose };
      const shown = loosened(
        value,
        touch,
        (before) => this.#physics.read(this.#memory, this.#conditions(before))[loose] ?? value,
      );
      if (shown === undefined) delete values[loose];
      else values[loose] = shown;
    }
    return values;
  }

  /** What its control logged in the minute that ends at `t`, a whole minute. */
  loggedAt(t: number): readonly Happening[] {
    const repaired = this.#faults.repairs(this.id, t - MINUTE, t);
    return happenings(this.#circumstances(t - MINUTE), this.#circumstances(t), repaired, this.#key, t / MINUTE);
  }

  /** What is really wrong with it: nobody who watches knows. */
  truthAt(t: number): FaultLevels {
    return this.#faults.levels(this.id, t);
  }

  #circumstances(t: number): Circumstances {
    return { operation: this.#schedule.at(t), faults: this.#faults.levels(this.id, t) };
  }

  #conditions(t: number): Conditions {
    const operation = this.#schedule.at(t);
    const variation = 1 + 0.03 * wander(this.#key ^ 5, t, 1.5 * MINUTE) + 0.015 * wander(this.#key ^ 6, t, 11 * MINUTE);
    return {
      t,
      key: this.#key,
      operation,
      load: Math.min(0.97, operation.level * variation),
      hall: hallTemperature(this.#hallKey, t),
      faults: this.#faults.levels(this.id, t),
      age: (t / this.#service.period + this.#service.phase) % 1,
      nominal: (sensor, fallback) => this.#nominals.get(sensor) ?? fallback,
    };
  }

  #memoryAt(t: number): Memory {
    const minute = Math.floor(t / MINUTE) * MINUTE;
    if (!(minute >= this.#minute && minute - this.#minute <= SPIN_UP)) {
      this.#minute = minute - SPIN_UP;
      this.#memory = this.#physics.rest(this.#conditions(this.#minute));
    }
    while (this.#minute < minute) {
      this.#memory = this.#physics.step(this.#memory, this.#conditions(this.#minute + MINUTE / 2), 60);
      this.#minute += MINUTE;
    }
    if (t === minute) return this.#memory;
    return this.#physics.step(this.#memory, this.#conditions(minute + MINUTE / 2), (t - minute) / 1000);
  }
}
