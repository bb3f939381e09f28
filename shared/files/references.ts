/** What a rule names against what the plant has: which machines it watches, and why it can watch none. */
import type { MachineModel, Plant, Sensor } from '../model/plant.ts';
import type { Condition, Rule, Rulebook } from '../model/rule.ts';
import { didYouMean } from '../model/suggest.ts';

export interface ReferenceProblem {
  /** Below the rule: `when.all[0].sensor`. */
  readonly path: string;
  readonly message: string;
}

export interface ReferenceCheck {
  /** Each keeps the rule from watching what it names. */
  readonly problems: readonly ReferenceProblem[];
  /** The rule works, but perhaps not everywhere. */
  readonly warnings: readonly ReferenceProblem[];
}

/** A sensor that a condition names, and the limits of its tolerance the condition cannot do without. */
interface NamedSensor {
  readonly id: string;
  readonly path: string;
  readonly needs: 'any' | 'high' | 'low' | undefined;
}

interface Target {
  readonly model: MachineModel;
  /** The machines named; all of the model where undefined. */
  readonly machines: readonly string[] | undefined;
}

/** Looks rules up against one plant; made once for a whole rulebook. */
export class ReferenceChecker {
  readonly #models: ReadonlyMap<string, MachineModel>;
  readonly #modelOf: ReadonlyMap<string, string>;
  readonly #sensors = new Map<string, ReadonlyMap<string, Sensor>>();
  readonly #overridden = new Map<string, Map<string, ReadonlyMap<string, Sensor['tolerance']>>>();
  readonly #count = new Map<string, number>();

  constructor(plant: Plant) {
    this.#models = new Map(plant.models.map((m) => [m.id, m]));
    this.#modelOf = new Map(plant.machines.map((m) => [m.id, m.model]));
    for (const model of plant.models) {
      this.#sensors.set(model.id, new Map(model.sensors.map((s) => [s.id, s])));
      this.#overridden.set(model.id, new Map());
    }
    for (const { id, model, sensors } of plant.machines) {
      this.#count.set(model, (this.#count.get(model) ?? 0) + 1);
      if (sensors?.length) this.#overridden.get(model)?.set(id, new Map(sensors.map((s) => [s.id, s.tolerance])));
    }
  }

  check(rule: Rule): ReferenceCheck {
    const problems: ReferenceProblem[] = [];
    const warnings: ReferenceProblem[] = [];
    const named = sensorsOf(rule.when, 'when');
    const targets = this.#targets(rule, named, problems);
    for (const target of targets) this.#checkTarget(rule, named, target, problems, warnings);
    const watched = targets.reduce((sum, t) => sum + (t.machines?.length ?? this.#count.get(t.model.id) ?? 0), 0);
    if (problems.length === 0 && watched === 0)
      warnings.push({
        path: rule.applies ? 'applies' : 'when',
        message: 'no machine is there yet that this rule would watch',
      });
    return { problems, warnings };
  }

  #targets(rule: Rule, named: readonly NamedSensor[], problems: ReferenceProblem[]): Target[] {
    const { applies } = rule;
    if (!applies) return this.#everywhere(named, problems);
    if ('model' in applies) {
      const model = this.#models.get(applies.model);
      if (model) return [{ model, machines: undefined }];
      problems.push({
        path: 'applies.model',
        message: `the plant has no model "${applies.model}": add it or correct the id.${didYouMean(applies.model, this.#models.keys())}`,
      });
      return [];
    }
    const byModel = new Map<MachineModel, string[]>();
    for (const [index, id] of applies.machines.entries()) {
      const model = this.#models.get(this.#modelOf.get(id) ?? '');
      if (model) byModel.set(model, [...(byModel.get(model) ?? []), id]);
      else
        problems.push({
          path: `applies.machines[${index}]`,
          message: `the plant has no machine "${id}": add it or correct the id.${didYouMean(id, this.#modelOf.keys())}`,
        });
    }
    return [...byModel].map(([model, machines]) => ({ model, machines }));
  }

  /** Without `applies`: every model that has all the sensors. */
  #everywhere(named: readonly NamedSensor[], problems: ReferenceProblem[]): Target[] {
    const models = [...this.#models.values()].filter((m) => named.every(({ id }) => this.#sensors.get(m.id)?.has(id)));
    if (models.length > 0 || named.length === 0) return models.map((model) => ({ model, machines: undefined }));
    const known = new Set([...this.#sensors.values()].flatMap((sensors) => [...sensors.keys()]));
    const unknown = named.filter(({ id }) => !known.has(id));
    for (const { id, path } of unknown)
      problems.push({
        path,
        message: `no model of the plant has a sensor "${id}": add it or correct the id.${didYouMean(id, known)}`,
      });
    if (unknown.length === 0) {
      const ids = [...new Set(named.map(({ id }) => id))].join(', ');
      problems.push({ path: 'when', message: `no model has all of ${ids}: name sensors of one model only` });
    }
    return [];
  }

  #checkTarget(
    rule: Rule,
    named: readonly NamedSensor[],
    target: Target,
    problems: ReferenceProblem[],
    warnings: ReferenceProblem[],
  ): void {
    const { model } = target;
    const sensors = this.#sensors.get(model.id);
    for (const { id, path, needs } of named) {
      const sensor = sensors?.get(id);
      if (!sensor) {
        problems.push({
          path,
          message: `the model "${model.id}" has no sensor "${id}": add it or correct the id.${didYouMean(id, sensors?.keys() ?? [])}`,
        });
        continue;
      }
      if (!needs || has(sensor.tolerance, needs)) continue;
      const limits = needs === 'any' ? 'no tolerance' : `no tolerance.${needs}`;
      const mend = `add it to the sensor, or use ${needs === 'any' ? 'above or below' : 'a number'} here`;
      const lacking = this.#lacking(target, id, needs);
      if (lacking === 'none') continue;
      if (lacking === 'all')
        problems.push({ path, message: `the sensor "${id}" of model "${model.id}" has ${limits}: ${mend}` });
      else
        warnings.push({
          path,
          message: `the sensor "${id}" has ${limits} on ${lacking.join(', ')}, which the rule can not judge: ${mend}`,
        });
    }
    const { endangers } = rule;
    if (endangers !== undefined && !model.components.some((c) => c.id === endangers)) {
      const known = model.components.map((c) => c.id);
      problems.push({
        path: 'endangers',
        message: `the model "${model.id}" has no component "${endangers}": add it, correct the id or narrow applies.${didYouMean(endangers, known)}`,
      });
    }
  }

  /** Which machines have no such limit either by an override of their own. */
  #lacking({ model, machines }: Target, sensor: string, needs: 'any' | 'high' | 'low'): 'none' | 'all' | string[] {
    const overrides = this.#overridden.get(model.id);
    const mended = (id: string) => has(overrides?.get(id)?.get(sensor), needs);
    if (machines) {
      const lacking = machines.filter((id) => !mended(id));
      return lacking.length === 0 ? 'none' : lacking.length === machines.length ? 'all' : lacking;
    }
    const good = [...(overrides?.keys() ?? [])].filter(mended);
    if (good.length === 0) return 'all';
    const missing = (this.#count.get(model.id) ?? 0) - good.length;
    return missing === 0 ? 'none' : [`${missing} of the model's machines`];
  }
}

/** The rules that name what the plant does not have: they watch nothing until it is there again. */
export function danglingRules(
  rulebook: Rulebook,
  plant: Plant,
): readonly { readonly rule: string; readonly why: string }[] {
  const checker = new ReferenceChecker(plant);
  return rulebook.rules.flatMap((rule) => {
    const { problems } = checker.check(rule);
    return problems.length === 0 ? [] : [{ rule: rule.id, why: problems.map((p) => p.message).join('; ') }];
  });
}

function has(tolerance: Sensor['tolerance'], needs: 'any' | 'high' | 'low'): boolean {
  if (needs !== 'any') return tolerance?.[needs] !== undefined;
  return tolerance?.low !== undefined || tolerance?.high !== undefined;
}

function sensorsOf(condition: Condition, path: string): NamedSensor[] {
  if ('all' in condition) return condition.all.flatMap((c, i) => sensorsOf(c, `${path}.all[${i}]`));
  if ('any' in condition) return condition.any.flatMap((c, i) => sensorsOf(c, `${path}.any[${i}]`));
  if ('sequence' in condition) return condition.sequence.flatMap((c, i) => sensorsOf(c, `${path}.sequence[${i}]`));
  if ('not' in condition) return sensorsOf(condition.not, `${path}.not`);
  if (!('sensor' in condition)) return [];
  return [{ id: condition.sensor, path: `${path}.sensor`, needs: limitsNeeded(condition) }];
}

function limitsNeeded(condition: Extract<Condition, { sensor: string }>): NamedSensor['needs'] {
  if ('trend' in condition) return typeof condition.trend.reaches === 'number' ? undefined : condition.trend.reaches;
  return 'outside' in condition && condition.outside !== undefined ? 'any' : undefined;
}
