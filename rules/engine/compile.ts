/** From plant and rulebook to what the engine runs: profiles shared by machines, in the order of the plant. */
import { type Machine, type MachineModel, mergeSensor, type Plant } from '#shared/model/plant.ts';
import type { Mode, Rule, Rulebook } from '#shared/model/rule.ts';
import { sensorsOf } from './conditions/kinds.ts';
import { buildProfile, type OrderedRule, type Profile } from './profile.ts';
import type { Baselines } from './types.ts';

export interface MachinePlan {
  readonly id: string;
  /** Place in the plant, for the order of what is told. */
  readonly order: number;
  readonly profile: Profile;
}

export interface Program {
  readonly machines: ReadonlyMap<string, MachinePlan>;
  /** Greatest number of rules of one machine. */
  readonly width: number;
  /** Mode of every rule of the rulebook, those that are off included. */
  readonly modes: ReadonlyMap<string, Mode>;
  readonly baselines: Baselines;
}

export interface CompileOptions {
  /** Learned baselines for `deviates`; without them it is unknown. */
  readonly baselines?: Baselines;
}

/**
 * Compiles a plant and a rulebook that were read without problems. Rules that are off are left out; a rule is left out for
 * machines that lack one of its sensors. Throws RangeError where a formula or duration was not checked before.
 */
export function compile(plant: Plant, rulebook: Rulebook, options: CompileOptions = {}): Program {
  const rules = rulebook.rules.map((rule, order) => ({ rule, order })).filter(({ rule }) => rule.mode !== 'off');
  const workshop = new Workshop(plant, rules);
  const machines = new Map<string, MachinePlan>();
  for (const [order, machine] of plant.machines.entries()) {
    const profile = workshop.profileOf(machine);
    if (profile) machines.set(machine.id, { id: machine.id, order, profile });
  }
  const width = Math.max(0, ...workshop.profiles().map((profile) => profile.rules.length));
  const modes = new Map(rulebook.rules.map(({ id, mode = 'live' }) => [id, mode]));
  return { machines, width, modes, baselines: options.baselines ?? (() => undefined) };
}

/** Whether a rule is watched on machines of this model, were it not off: it applies to them, and they have its sensors. */
export function concerns(rule: Rule, machine: Machine, model: MachineModel): boolean {
  const { applies } = rule;
  if (applies && 'model' in applies && applies.model !== model.id) return false;
  if (applies && 'machines' in applies && !applies.machines.includes(machine.id)) return false;
  const ids = new Set(model.sensors.map((sensor) => sensor.id));
  return sensorsOf(rule.when).every((id) => ids.has(id));
}

/** Builds each profile once. */
class Workshop {
  readonly #models: ReadonlyMap<string, MachineModel>;
  readonly #rules: readonly OrderedRule[];
  readonly #byModel = new Map<string, readonly OrderedRule[]>();
  readonly #byMachine = new Map<string, OrderedRule[]>();
  readonly #profiles = new Map<string, Profile>();

  constructor(plant: Plant, rules: readonly OrderedRule[]) {
    this.#models = new Map(plant.models.map((model) => [model.id, model]));
    this.#rules = rules;
    for (const ordered of rules) {
      const { applies } = ordered.rule;
      if (!applies || !('machines' in applies)) continue;
      for (const id of applies.machines) this.#byMachine.set(id, [...(this.#byMachine.get(id) ?? []), ordered]);
    }
  }

  profiles(): readonly Profile[] {
    return [...this.#profiles.values()];
  }

  profileOf(machine: Machine): Profile | undefined {
    const model = this.#models.get(machine.model);
    if (!model) return undefined;
    const own = (this.#byMachine.get(machine.id) ?? []).filter(({ rule }) => concerns(rule, machine, model));
    const overrides = machine.sensors ?? [];
    const key = JSON.stringify([model.id, overrides, own.map(({ order }) => order)]);
    const known = this.#profiles.get(key);
    if (known) return known;
    const merged = new Map(overrides.map((override) => [override.id, override]));
    const sensors = model.sensors.map((sensor) => mergeSensor(sensor, merged.get(sensor.id)));
    const rules = [...this.#modelRules(model, machine), ...own].sort((a, b) => a.order - b.order);
    const profile = buildProfile(sensors, rules);
    this.#profiles.set(key, profile);
    return profile;
  }

  /** Rules that are not bound to single machines: alike for all of the model. */
  #modelRules(model: MachineModel, machine: Machine): readonly OrderedRule[] {
    const known = this.#byModel.get(model.id);
    if (known) return known;
    const rules = this.#rules.filter(({ rule }) => {
      return !(rule.applies && 'machines' in rule.applies) && concerns(rule, machine, model);
    });
    this.#byModel.set(model.id, rules);
    return rules;
  }
}
