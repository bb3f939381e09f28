/**
 * A profile: sensors and rules as they hold for machines of one model with the same overrides and the same rules. Thousands
 * of machines share one; it holds no state. Sensors, rules and event windows are known by their place in it.
 */
import { durationMs } from '#shared/model/duration.ts';
import { parseFormula } from '#shared/model/formula.ts';
import type { Sensor } from '#shared/model/plant.ts';
import type { Mode, Rule, Severity } from '#shared/model/rule.ts';
import { compileCondition, sensorsOf, tolerancesOf } from './conditions/kinds.ts';
import type { Node } from './conditions/node.ts';
import { type Draft, RuleScope, type SensorDraft, type SequencePlan } from './scope.ts';
import type { ObserverPlan } from './windows/memory.ts';

/** A sensor is stale after this many of its sampling intervals without a reading. */
const STALE_AFTER = 3;

export interface SensorPlan {
  readonly sensor: Sensor;
  /** What it can physically report; infinite where nothing is said. */
  readonly low: number;
  readonly high: number;
  /** Without a reading for this long it is stale, ms; infinite where `every` is not said. */
  readonly staleMs: number;
  /** What happens while no reading comes, in order: silences that rules ask for, and that it becomes stale. */
  readonly waits: readonly Wait[];
  /** The same for a sensor that never reported, which cannot become stale. */
  readonly silences: readonly Wait[];
  readonly observers: readonly ObserverPlan[];
  /** Rules that name it, in order. */
  readonly rules: readonly number[];
  /** Derived sensors it is an input of. */
  readonly derives: readonly number[];
  readonly recipe: Recipe | undefined;
}

/** So long without a reading, and these rules are to be judged. */
export interface Wait {
  readonly ms: number;
  readonly rules: readonly number[];
}

/** How a derived sensor is computed. */
export interface Recipe {
  readonly inputs: readonly number[];
  readonly evaluate: (values: ArrayLike<number>) => number;
}

export interface RulePlan {
  readonly id: string;
  /** Place in the rulebook, for the order of what is told. */
  readonly order: number;
  readonly mode: Mode;
  readonly severity: Severity;
  readonly component: string | null;
  /** Places of the sensors it names. */
  readonly sensors: readonly number[];
  readonly forMs: number;
  readonly clearMs: number;
  readonly condition: Node;
  /** Sequences of the condition, inner ones first, with the number of their parts. */
  readonly sequences: readonly SequencePlan[];
  readonly basis: Basis;
  /** Of the whole basis: equal for two rules that decide alike. */
  readonly fingerprint: string;
}

/** What a rule decides by, as text that can be compared. Titles, advice and physical ranges are not in it. */
export interface Basis {
  readonly mode: Mode;
  /** What the rule says. */
  readonly says: string;
  /** Tolerances of the sensors whose tolerance it asks for. */
  readonly tolerances: string;
  /** How its sensors measure, and the component in danger. */
  readonly sensors: string;
}

export interface EventPlan {
  readonly code: string;
  readonly widthMs: number;
  readonly rules: readonly number[];
}

export interface Profile {
  readonly sensors: readonly SensorPlan[];
  readonly places: ReadonlyMap<string, number>;
  readonly rules: readonly RulePlan[];
  readonly rulePlaces: ReadonlyMap<string, number>;
  readonly events: readonly EventPlan[];
  /** Rules that name a state. */
  readonly stateRules: readonly number[];
  /** Number of sequences of all rules. */
  readonly sequences: number;
}

/** A rule and its place in the rulebook. */
export interface OrderedRule {
  readonly rule: Rule;
  readonly order: number;
}

/** `sensors` with overrides merged, `rules` those that apply and whose sensors are all there. */
export function buildProfile(sensors: readonly Sensor[], rules: readonly OrderedRule[]): Profile {
  const draft: Draft = {
    sensors: new Map(
      sensors.map((sensor, place) => [sensor.id, { place, sensor, silences: new Map(), observers: [], rules: [] }]),
    ),
    events: new Map(),
    stateRules: [],
    sequences: 0,
  };
  const plans = rules.map(({ rule, order }, position) => planRule(rule, order, position, draft));
  const drafts = [...draft.sensors.values()];
  const recipes = drafts.map(({ sensor }) => recipeOf(sensor, draft));
  return {
    sensors: drafts.map((one) => planSensor(one, recipes)),
    places: new Map(drafts.map(({ sensor, place }) => [sensor.id, place])),
    rules: plans,
    rulePlaces: new Map(plans.map((plan, place) => [plan.id, place])),
    events: [...draft.events.values()],
    stateRules: draft.stateRules,
    sequences: draft.sequences,
  };
}

function planRule(rule: Rule, order: number, position: number, draft: Draft): RulePlan {
  const scope = new RuleScope(draft, position, compileCondition);
  const condition = scope.compile(rule.when, false);
  const drafts = sensorsOf(rule.when).map((id) => draft.sensors.get(id) as SensorDraft);
  const named = drafts.map(({ sensor }) => sensor);
  const basis = basisOf(rule, named, draft);
  return {
    id: rule.id,
    order,
    mode: rule.mode ?? 'live',
    severity: rule.severity,
    component: rule.endangers ?? named[0]?.component ?? null,
    sensors: drafts.map(({ place }) => place),
    forMs: durationMs(rule.for ?? '0s'),
    clearMs: durationMs(rule.clear?.for ?? '0s'),
    condition,
    sequences: scope.sequences,
    basis,
    fingerprint: JSON.stringify(basis),
  };
}

function basisOf(rule: Rule, named: readonly Sensor[], draft: Draft): Basis {
  const { mode = 'live', when, severity, endangers } = rule;
  const asked = tolerancesOf(when);
  const tolerances = named.map(({ id, nominal, tolerance }) => {
    return asked.has(id) ? [nominal, tolerance?.low, tolerance?.high] : [];
  });
  const inputs = named.flatMap((s) => Object.values(s.inputs ?? {}).map((id) => draft.sensors.get(id)?.sensor.every));
  const sensors = named.map(({ unit, every, formula, inputs: of }) => [unit, every, formula, of]);
  return {
    mode,
    says: JSON.stringify([when, rule.for, rule.clear?.for, severity, endangers]),
    tolerances: JSON.stringify(tolerances),
    sensors: JSON.stringify([endangers === undefined ? named[0]?.component : null, sensors, inputs]),
  };
}

function planSensor(draft: SensorDraft, recipes: readonly (Recipe | undefined)[]): SensorPlan {
  const { place, sensor, observers, rules } = draft;
  const staleMs = sensor.every === undefined ? Infinity : STALE_AFTER * durationMs(sensor.every);
  const silences = [...draft.silences].map(([ms, asking]) => ({ ms, rules: asking })).sort(byLength);
  const others = silences.filter(({ ms }) => ms !== staleMs);
  return {
    sensor,
    low: sensor.range?.low ?? -Infinity,
    high: sensor.range?.high ?? Infinity,
    staleMs,
    waits: staleMs < Infinity ? [...others, { ms: staleMs, rules }].sort(byLength) : silences,
    silences,
    observers,
    rules,
    derives: recipes.flatMap((recipe, derived) => (recipe?.inputs.includes(place) ? [derived] : [])),
    recipe: recipes[place],
  };
}

function byLength(a: Wait, b: Wait): number {
  return a.ms - b.ms;
}

function recipeOf(sensor: Sensor, draft: Draft): Recipe | undefined {
  if (sensor.formula === undefined) return undefined;
  const inputs = Object.entries(sensor.inputs ?? {});
  const { formula, problems } = parseFormula(
    sensor.formula,
    inputs.map(([name]) => name),
  );
  const places = inputs.map(([, id]) => draft.sensors.get(id)?.place);
  if (!formula || !places.every((place) => place !== undefined)) {
    const why = problems.map((problem) => problem.message).join('; ') || 'an input is no sensor of the model';
    throw new RangeError(`The formula of sensor "${sensor.id}" was not checked before: ${why}`);
  }
  return { inputs: places, evaluate: formula.evaluate };
}
