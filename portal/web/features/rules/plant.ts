/** What a rule can name, looked up: names for sentences, sensors to choose from, machines that a rule is for. */
import { concerns } from '#rules/engine/compile.ts';
import type { PlantAnswer } from '#shared/model/api/rule.ts';
import { type Component, type MachineModel, mergeSensor, type Plant, type Sensor } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { type Text, textIn } from '#shared/model/text.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import type { Names } from '#portal/web/ui/why/words.ts';

export type RuleMachine = PlantAnswer['machines'][number];

/** The plant as the reader of files wants it; customers have a name alone here. */
export function plantOf({ models, machines, customers }: PlantAnswer): Plant {
  return { version: 1, models, machines, customers: customers.map((each) => ({ ...each, tier: 'standard' })) };
}

/** The models a rule could be for as it stands: the one it names, those of its machines, or all. */
export function modelsFor(applies: AppliesDraft, plant: PlantAnswer): readonly MachineModel[] {
  if (!applies) return plant.models;
  if ('model' in applies) return plant.models.filter(({ id }) => id === applies.model);
  const named = new Set(applies.machines);
  const models = new Set(plant.machines.filter(({ id }) => named.has(id)).map(({ model }) => model));
  return plant.models.filter(({ id }) => models.has(id));
}

export type AppliesDraft =
  | { readonly model: string | null }
  | { readonly machines: readonly (string | null)[] }
  | undefined;

/** Names of sensors and components from these models; the first that has one tells it. */
export function namesIn(models: readonly MachineModel[], language: Language): Names {
  const sensors = firstOf(models.flatMap((model) => model.sensors));
  const components = firstOf(models.flatMap((model) => model.components));
  return {
    sensor: (id) => ({ name: textIn(sensors.get(id)?.name, language, id), unit: sensors.get(id)?.unit }),
    component: (id) => textIn(components.get(id)?.name, language, id),
  };
}

/** By id; of several of one id the first. */
export function firstOf<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const item of items) if (!found.has(item.id)) found.set(item.id, item);
  return found;
}

/** Sensors by the component they sit on, in the order of the model; undefined: on none. */
export function byComponent(models: readonly MachineModel[]): ReadonlyMap<Component | undefined, readonly Sensor[]> {
  const components = firstOf(models.flatMap((model) => model.components));
  const groups = new Map<Component | undefined, Sensor[]>();
  for (const sensor of firstOf(models.flatMap((model) => model.sensors)).values()) {
    const component = sensor.component === undefined ? undefined : components.get(sensor.component);
    groups.set(component, [...(groups.get(component) ?? []), sensor]);
  }
  return groups;
}

/** The machines a rule would be watched on, in the order of the plant. */
export function machinesFor(rule: Rule, { models, machines }: PlantAnswer): readonly RuleMachine[] {
  const byId = new Map(models.map((model) => [model.id, model]));
  const named = rule.applies && 'machines' in rule.applies ? new Set(rule.applies.machines) : undefined;
  const judged = new Map<string, boolean>();
  return machines.filter((machine) => {
    const model = byId.get(machine.model);
    if (!model) return false;
    if (named) return named.has(machine.id) && concerns(rule, machine, model);
    const known = judged.get(model.id) ?? concerns(rule, machine, model);
    judged.set(model.id, known);
    return known;
  });
}

/** The sensors of a machine as they hold for it, its own overrides merged in. */
export function sensorsOn(machine: RuleMachine, { models }: PlantAnswer): ReadonlyMap<string, Sensor> {
  const overrides = new Map(machine.sensors?.map((each) => [each.id, each]));
  const model = models.find(({ id }) => id === machine.model);
  return new Map(model?.sensors.map((sensor) => [sensor.id, mergeSensor(sensor, overrides.get(sensor.id))]));
}

/** The component in danger: the one named, else that of the first sensor named. */
export function endangered(
  rule: Pick<Rule, 'endangers'>,
  first: string | undefined,
  models: readonly MachineModel[],
): string | undefined {
  if (rule.endangers !== undefined) return rule.endangers;
  return models.flatMap((model) => model.sensors).find(({ id }) => id === first)?.component;
}

/** Name of a machine where it has one. */
export function machineName(
  { id, name }: { readonly id: string; readonly name?: Text | undefined },
  language: Language,
): string {
  return textIn(name, language, id);
}
