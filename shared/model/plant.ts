/**
 * What there is: customers, machine models with components and sensors, machines. The types have the shape of plant.yaml,
 * so that file, database and API carry one form.
 */
import type { Duration } from './duration.ts';
import type { Text } from './text.ts';

/** Ids of everything: safe in topics, tags, paths and file names. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export interface Plant {
  readonly version: 1;
  readonly customers: readonly Customer[];
  readonly models: readonly MachineModel[];
  readonly machines: readonly Machine[];
}

export type Tier = 'premium' | 'standard';

export interface Customer {
  readonly id: string;
  readonly name: Text;
  readonly tier: Tier;
}

/** A machine type (Baureihe). */
export interface MachineModel {
  readonly id: string;
  readonly name: Text;
  readonly components: readonly Component[];
  readonly sensors: readonly Sensor[];
  /** What is chosen from when a case is resolved; default: general lists. */
  readonly causes?: readonly Choice[];
  readonly remedies?: readonly Choice[];
}

/** An entry of a list to choose from. `component`: it is about this part of the machine alone. */
export interface Choice {
  readonly id: string;
  readonly name: Text;
  readonly component?: string;
}

/** Part of a machine that can be in danger; `parent` makes a tree. */
export interface Component {
  readonly id: string;
  readonly parent?: string;
  readonly name: Text;
}

/** Two limits in the sensor's unit; either side may be absent. */
export interface Limits {
  readonly low?: number;
  readonly high?: number;
}

export interface Sensor {
  readonly id: string;
  readonly component?: string;
  readonly name?: Text;
  readonly quantity?: string;
  readonly unit?: string;
  /** Middle of normal; default: the middle of a two-sided tolerance. */
  readonly nominal?: number;
  readonly tolerance?: Limits;
  /** What the sensor can physically report; a value outside is bad. */
  readonly range?: Limits;
  /** Expected sampling interval; silence of three of them makes the sensor stale. */
  readonly every?: Duration;
  /** A derived sensor: arithmetic over `inputs`, no readings of its own. */
  readonly formula?: string;
  /** Name in the formula → sensor id. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** What a machine may override of its model's sensor, merged key by key. */
export interface SensorOverride {
  readonly id: string;
  readonly name?: Text;
  readonly nominal?: number;
  readonly tolerance?: Limits;
  readonly range?: Limits;
  readonly every?: Duration;
}

export interface Machine {
  /** Also the MQTT machine id. */
  readonly id: string;
  readonly name?: Text;
  readonly model: string;
  readonly customer: string;
  readonly site?: string;
  /** IANA zone of the site; default Europe/Berlin. */
  readonly timezone?: string;
  /** True: Mustermaschine, whose course others are compared with. */
  readonly reference?: boolean;
  /** True: its readings come from the simulator; the portal marks it. */
  readonly simulated?: boolean;
  readonly sensors?: readonly SensorOverride[];
}

export const EMPTY_PLANT: Plant = { version: 1, customers: [], models: [], machines: [] };
export const DEFAULT_TIMEZONE = 'Europe/Berlin';

/** A sensor of the model with the machine's override merged in, key by key. */
export function mergeSensor(sensor: Sensor, override: SensorOverride | undefined): Sensor {
  if (!override) return sensor;
  return {
    ...sensor,
    ...override,
    ...(override.tolerance ? { tolerance: { ...sensor.tolerance, ...override.tolerance } } : {}),
    ...(override.range ? { range: { ...sensor.range, ...override.range } } : {}),
  };
}

/** A machine with its model and its sensors as they hold for it. */
export interface EquippedMachine {
  readonly machine: Machine;
  readonly model: MachineModel;
  readonly sensors: ReadonlyMap<string, Sensor>;
}

/** Looks machines up by id; sensors are merged at first use, so 10,000 machines cost nothing at a start. */
export class PlantIndex {
  readonly plant: Plant;
  readonly #machines: Map<string, Machine>;
  readonly #models: Map<string, MachineModel>;
  readonly #customers: Map<string, Customer>;
  readonly #equipped = new Map<string, EquippedMachine>();
  readonly #plain = new Map<string, ReadonlyMap<string, Sensor>>();

  constructor(plant: Plant) {
    this.plant = plant;
    this.#machines = new Map(plant.machines.map((m) => [m.id, m]));
    this.#models = new Map(plant.models.map((m) => [m.id, m]));
    this.#customers = new Map(plant.customers.map((c) => [c.id, c]));
  }

  customer(id: string): Customer | undefined {
    return this.#customers.get(id);
  }

  model(id: string): MachineModel | undefined {
    return this.#models.get(id);
  }

  machine(id: string): EquippedMachine | undefined {
    const known = this.#equipped.get(id);
    if (known) return known;
    const machine = this.#machines.get(id);
    const model = machine && this.#models.get(machine.model);
    if (!machine || !model) return undefined;
    const equipped = { machine, model, sensors: this.#sensors(machine, model) };
    this.#equipped.set(id, equipped);
    return equipped;
  }

  #sensors(machine: Machine, model: MachineModel): ReadonlyMap<string, Sensor> {
    if (!machine.sensors?.length) {
      const plain = this.#plain.get(model.id) ?? new Map(model.sensors.map((s) => [s.id, s]));
      this.#plain.set(model.id, plain);
      return plain;
    }
    const overrides = new Map(machine.sensors.map((s) => [s.id, s]));
    return new Map(model.sensors.map((s) => [s.id, mergeSensor(s, overrides.get(s.id))]));
  }
}
