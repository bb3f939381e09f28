/** What could make a rule disturb less: delays, deadband, limit, tolerance, each from the mildest change on. */
import { durationMs } from '#shared/model/duration.ts';
import { mergeSensor, type Plant, type Sensor, type SensorOverride } from '#shared/model/plant.ts';
import type { Condition, LimitCondition, Rule } from '#shared/model/rule.ts';
import { sideWidth } from '#shared/model/tolerance.ts';

export const KINDS = ['off-delay', 'deadband', 'on-delay', 'limit', 'tolerance'] as const;
export type Kind = (typeof KINDS)[number];

export interface Change {
  /** In the rule, or in the plant: `for`, `when.above`, `models.press.sensors.temp.tolerance.high` … */
  readonly path: string;
  readonly before: string | number;
  readonly after: string | number;
}

export interface Candidate {
  readonly kind: Kind;
  readonly changes: readonly Change[];
  /** As they would be. */
  readonly rule: Rule;
  readonly plant: Plant;
}

const ON_DELAYS = ['10s', '30s', '1m', '2m', '5m', '10m'];
const OFF_DELAYS = ['30s', '2m', '10m', '30m'];
/** Parts of the percentage that `outside` allows, and of the width of a sensor's tolerance. */
const DEADBANDS = { outside: [0.5, 0.75, 1], width: [0.01, 0.03, 0.1] };
const MOVES = [0.02, 0.05, 0.1];
const WIDER = [0.05, 0.1, 0.2];
const DEFAULT_DEADBAND = 5;
const MOST_OF_A_KIND = 4;

/** Of each kind the mildest first; `machines`: those the rule is tried on. */
export function candidatesFor(rule: Rule, plant: Plant, machines: readonly string[]): readonly Candidate[] {
  const sensors = sensorsOn(plant, machines);
  const delays = (kind: Kind, path: string, before: string, given: readonly string[], next: (d: string) => Rule) =>
    given
      .filter((after) => durationMs(after) > durationMs(before))
      .slice(0, MOST_OF_A_KIND)
      .map((after): Candidate => ({ kind, changes: [{ path, before, after }], rule: next(after), plant }));
  const [on, off] = [rule.for ?? '0s', rule.clear?.for ?? '0s'];
  return [
    ...delays('off-delay', 'clear.for', off, OFF_DELAYS, (after) => ({ ...rule, clear: { for: after } })),
    ...[0, 1, 2].flatMap((step) => leafwise('deadband', rule, plant, (leaf) => wideDeadband(leaf, sensors, step))),
    ...delays('on-delay', 'for', on, ON_DELAYS, (after) => ({ ...rule, for: after })),
    ...MOVES.flatMap((part) => leafwise('limit', rule, plant, (leaf) => furtherLimit(leaf, sensors, part))),
    ...WIDER.flatMap((part) => widerTolerance(rule, plant, machines, part)),
  ];
}

/** The first sensor of each id that one of the machines has. */
function sensorsOn(plant: Plant, machines: readonly string[]): ReadonlyMap<string, Sensor> {
  const wanted = new Set(machines);
  const models = new Set(plant.machines.filter(({ id }) => wanted.has(id)).map(({ model }) => model));
  const all = plant.models.filter(({ id }) => models.has(id)).flatMap(({ sensors }) => sensors);
  return new Map(all.toReversed().map((sensor) => [sensor.id, sensor]));
}

interface LeafChange {
  readonly key: string;
  readonly before: number;
  readonly after: number;
}

/** Changes every limit of the condition; nothing where none can be changed. */
function leafwise(
  kind: Kind,
  rule: Rule,
  plant: Plant,
  change: (leaf: LimitCondition) => LeafChange | undefined,
): Candidate[] {
  const changes: Change[] = [];
  const when = mapLimits(rule.when, 'when', (leaf, path) => {
    const found = change(leaf);
    if (!found) return leaf;
    changes.push({ path: `${path}.${found.key}`, before: found.before, after: found.after });
    return { ...leaf, [found.key]: found.after };
  });
  return changes.length === 0 ? [] : [{ kind, changes, rule: { ...rule, when }, plant }];
}

function mapLimits(
  condition: Condition,
  path: string,
  map: (leaf: LimitCondition, path: string) => LimitCondition,
): Condition {
  const each = (parts: readonly Condition[], key: string) =>
    parts.map((part, i) => mapLimits(part, `${path}.${key}[${i}]`, map));
  if ('all' in condition) return { all: each(condition.all, 'all') };
  if ('any' in condition) return { any: each(condition.any, 'any') };
  if ('sequence' in condition) return { ...condition, sequence: each(condition.sequence, 'sequence') };
  // Under a `not` a limit works the other way round: what is milder there is not.
  if ('not' in condition || !('sensor' in condition)) return condition;
  const isLimit = 'above' in condition || 'below' in condition || 'outside' in condition;
  return isLimit ? map(condition, path) : condition;
}

function wideDeadband(
  leaf: LimitCondition,
  sensors: ReadonlyMap<string, Sensor>,
  step: number,
): LeafChange | undefined {
  const isOutside = leaf.outside !== undefined;
  const before = leaf.deadband ?? (isOutside ? DEFAULT_DEADBAND : 0);
  const after = isOutside
    ? rounded(Number.parseFloat(leaf.outside) * (DEADBANDS.outside[step] as number))
    : rounded(scaleOf(leaf, sensors) * (DEADBANDS.width[step] as number));
  return after > before ? { key: 'deadband', before, after } : undefined;
}

function furtherLimit(
  leaf: LimitCondition,
  sensors: ReadonlyMap<string, Sensor>,
  part: number,
): LeafChange | undefined {
  const move = rounded(scaleOf(leaf, sensors) * part);
  if (move === 0) return undefined;
  if (leaf.above !== undefined) return { key: 'above', before: leaf.above, after: tidy(leaf.above + move) };
  if (leaf.below !== undefined) return { key: 'below', before: leaf.below, after: tidy(leaf.below - move) };
  return undefined;
}

/** What is much for this sensor, in its unit: the width of its tolerance, else the size of the limit. */
function scaleOf(leaf: LimitCondition, sensors: ReadonlyMap<string, Sensor>): number {
  const { low, high } = sensors.get(leaf.sensor)?.tolerance ?? {};
  return low !== undefined && high !== undefined ? high - low : Math.abs(leaf.above ?? leaf.below ?? 0);
}

/** Every tolerance that an `outside` asks for, wider by that part of its sides, for all models and machines concerned. */
function widerTolerance(rule: Rule, plant: Plant, machines: readonly string[], part: number): Candidate[] {
  const asked = new Set<string>();
  mapLimits(rule.when, '', (leaf) => {
    if (leaf.outside !== undefined) asked.add(leaf.sensor);
    return leaf;
  });
  const wanted = new Set(machines);
  const concerned = plant.machines.filter(({ id }) => wanted.has(id));
  const models = new Set(concerned.map(({ model }) => model));
  const changes: Change[] = [];
  const widen = <T extends Sensor | SensorOverride>(own: T, whole: Sensor, path: string): T => {
    const wider = { ...own.tolerance };
    for (const side of ['low', 'high'] as const) {
      const [before, width] = [own.tolerance?.[side], sideWidth(whole, side)];
      if (before === undefined || width === undefined) continue;
      wider[side] = tidy(before + (side === 'high' ? 1 : -1) * rounded(width * part));
      changes.push({ path: `${path}.tolerance.${side}`, before, after: wider[side] });
    }
    return own.tolerance ? { ...own, tolerance: wider } : own;
  };
  const known = new Map(plant.models.map((model) => [model.id, new Map(model.sensors.map((one) => [one.id, one]))]));
  const next: Plant = {
    ...plant,
    models: plant.models.map((model) => {
      if (!models.has(model.id)) return model;
      const sensors = model.sensors.map((sensor) =>
        asked.has(sensor.id) ? widen(sensor, sensor, `models.${model.id}.sensors.${sensor.id}`) : sensor,
      );
      return { ...model, sensors };
    }),
    machines: plant.machines.map((machine) => {
      if (!wanted.has(machine.id) || !machine.sensors) return machine;
      const sensors = machine.sensors.map((own) => {
        const sensor = known.get(machine.model)?.get(own.id);
        if (!asked.has(own.id) || !sensor) return own;
        return widen(own, mergeSensor(sensor, own), `machines.${machine.id}.sensors.${own.id}`);
      });
      return { ...machine, sensors };
    }),
  };
  return changes.length === 0 ? [] : [{ kind: 'tolerance', changes, rule, plant: next }];
}

/** Two digits that count: nobody sets 1.2375 °C. */
function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(2));
}

/** Without the dust of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
