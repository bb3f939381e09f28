/** Derived sensors outside the rules (storing, showing): the engine's own computation, for all who need only that. */
import type { MachineModel, Plant, PlantIndex } from '#shared/model/plant.ts';
import { EMPTY_RULEBOOK } from '#shared/model/rule.ts';
import { compile } from './compile.ts';
import { Engine } from './engine.ts';
import type { EngineSnapshot } from './snapshot.ts';
import type { DerivedReading, Input, Sink } from './types.ts';

export type DerivationSnapshot = EngineSnapshot;

/** Computes derived readings snapshot by snapshot: newest value of every input, nothing from late, bad or stale ones. */
export class Derivation {
  readonly #engine: Engine;
  #derived: DerivedReading[] = [];
  /** One for all snapshots: making it anew cost more than most of them. */
  readonly #sink: Sink = { transition: () => undefined, derived: (reading) => void this.#derived.push(reading) };

  /** `snapshot`: of a derivation over the same plant, to go on where it was. */
  constructor(index: PlantIndex, snapshot?: DerivationSnapshot) {
    const program = compile(derivingPart(index.plant), EMPTY_RULEBOOK);
    this.#engine = snapshot ? Engine.restore(program, snapshot) : new Engine(program);
  }

  /** Takes a snapshot (`at`: time of receipt, never falling) and returns what it yields, of the same machine and time. */
  take(snapshot: Omit<Extract<Input, { kind: 'snapshot' }>, 'kind'>): readonly DerivedReading[] {
    this.#derived = [];
    this.#engine.feed({ kind: 'snapshot', ...snapshot }, this.#sink);
    return this.#derived;
  }

  snapshot(): DerivationSnapshot {
    return this.#engine.snapshot();
  }
}

/** Models with derived sensors, those and their inputs only, and their machines: nothing else need be remembered. */
function derivingPart(plant: Plant): Plant {
  const models = plant.models.map(onlyDeriving).filter((model) => model.sensors.length > 0);
  const ids = new Set(models.map((model) => model.id));
  return { ...plant, models, machines: plant.machines.filter((machine) => ids.has(machine.model)) };
}

function onlyDeriving(model: MachineModel): MachineModel {
  const inputs = new Set(model.sensors.flatMap((sensor) => Object.values(sensor.inputs ?? {})));
  return { ...model, sensors: model.sensors.filter(({ id, formula }) => formula !== undefined || inputs.has(id)) };
}
