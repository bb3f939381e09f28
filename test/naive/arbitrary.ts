/** Random plants, rulebooks and streams, small enough that a failure can be read. */
import fc from 'fast-check';
import { mergeSensor, type Plant, type Sensor } from '#shared/model/plant.ts';
import { AGGREGATES, type Condition, type LimitCondition, type Rule, type Rulebook } from '#shared/model/rule.ts';
import type { Input } from '#rules/engine/types.ts';

export const GRID_MS = 1000;
export const START = Date.UTC(2026, 0, 1);

export type Fed = Exclude<Input, { kind: 'clock' }>;

export interface World {
  readonly plant: Plant;
  readonly rulebook: Rulebook;
  /** In order of time, `at` = `ts`. */
  readonly inputs: readonly Fed[];
  readonly until: number;
}

const MACHINES = ['m1', 'm2'];
const MEASURED = ['a', 'b'];
const SENSORS = [...MEASURED, 'd'];

/** Whole values, or tenths: the latter are no doubles, and exactly at a limit all the same. */
type Scale = 1 | 0.1;

const scaled = (n: number, scale: Scale) => (scale === 1 ? n : Number((n / 10).toFixed(1)));
const number = (scale: Scale, min: number, max: number) => fc.integer({ min, max }).map((n) => scaled(n, scale));
const seconds = (min: number, max: number) => fc.integer({ min, max }).map((n) => `${n}s`);

function sensor(id: string, scale: Scale): fc.Arbitrary<Sensor> {
  const low = number(scale, 2, 4);
  const high = number(scale, 7, 9);
  return fc.record(
    {
      id: fc.constant(id),
      nominal: number(scale, 5, 6),
      tolerance: fc.oneof(fc.record({ low, high }), fc.record({ low }), fc.record({ high })),
      range: fc.constant({ low: 0, high: scaled(11, scale) }),
      every: seconds(1, 3),
    },
    { requiredKeys: ['id'] },
  );
}

/** On tenths only what stays a tenth: `a - b` is not what a person would get. */
function derived(scale: Scale): fc.Arbitrary<Sensor> {
  const formula = fc.constantFrom(
    ...(scale === 1 ? ['x - y', 'x * y', 'x / y', 'max(x, y)'] : ['max(x, y)', 'min(x, y)']),
  );
  return fc
    .tuple(formula, sensor('d', scale))
    .map(([text, { range: _, ...rest }]) => ({ ...rest, formula: text, inputs: { x: 'a', y: 'b' } }));
}

function plant(scale: Scale): fc.Arbitrary<Plant> {
  const override = fc.record(
    { tolerance: fc.record({ high: number(scale, 6, 9) }), every: seconds(1, 3) },
    { requiredKeys: [] },
  );
  return fc.tuple(sensor('a', scale), sensor('b', scale), derived(scale), override).map(([a, b, d, change]) => ({
    version: 1,
    customers: [{ id: 'acme', name: 'Acme', tier: 'standard' }],
    models: [{ id: 'mk1', name: 'Mark 1', components: [{ id: 'drive', name: 'Drive' }], sensors: [a, b, d] }],
    machines: MACHINES.map((id) => ({
      id,
      model: 'mk1',
      customer: 'acme',
      ...(id === 'm2' ? { sensors: [{ id: 'a', ...change }] } : {}),
    })),
  }));
}

function limit(scale: Scale): fc.Arbitrary<Condition> {
  const test = fc.oneof(
    fc.record({ outside: fc.constantFrom('0%', '20%', '50%', '100%') }),
    fc.record({ above: number(scale, 0, 10) }),
    fc.record({ below: number(scale, 0, 10) }),
  );
  const deadband = fc.oneof(fc.constant({}), fc.record({ deadband: number(scale, 0, 3) }));
  const window = fc.oneof(
    fc.constant({}),
    fc.tuple(fc.constantFrom(...AGGREGATES), seconds(1, 6)).map(([kind, width]) => ({ [kind]: width })),
  );
  return fc
    .tuple(fc.constantFrom(...SENSORS), test, deadband, window)
    .map(([id, ...parts]) => Object.assign({ sensor: id }, ...parts) as LimitCondition);
}

function leaf(scale: Scale, clocks: 'one' | 'two'): fc.Arbitrary<Condition> {
  const id = fc.constantFrom(...SENSORS);
  const direction = fc.constantFrom('up' as const, 'down' as const, 'either' as const);
  const changes = fc.record({ by: number(scale, 1, 5), within: seconds(1, 5), direction });
  const reaches = fc.oneof(fc.constantFrom('high' as const, 'low' as const), number(scale, 1, 9));
  const trend = fc.record({ over: seconds(2, 6), reaches, within: seconds(0, 6) });
  const silent = fc.record({ sensor: id, silent: seconds(1, 8) });
  return fc.oneof(
    { arbitrary: limit(scale), weight: 5 },
    fc.record({ sensor: id, changes }),
    fc.record({ sensor: id, frozen: seconds(1, 6) }),
    ...(clocks === 'one' ? [silent] : []),
    fc.record({ sensor: id, trend }),
    fc.record({ sensor: id, deviates: fc.record({ sigmas: fc.integer({ min: 1, max: 3 }) }) }),
    fc.record({ event: fc.constantFrom('E1', 'E2'), count: fc.integer({ min: 1, max: 3 }), within: seconds(1, 6) }),
    fc.record({ state: fc.constantFrom('running', 'idle') }),
  );
}

function condition(scale: Scale, clocks: 'one' | 'two', depth = 2): fc.Arbitrary<Condition> {
  if (depth === 0) return leaf(scale, clocks);
  const inner = condition(scale, clocks, depth - 1);
  const several = fc.array(inner, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { arbitrary: leaf(scale, clocks), weight: 3 },
    several.map((all) => ({ all })),
    several.map((any) => ({ any })),
    inner.map((not) => ({ not })),
    fc.record({ sequence: fc.array(inner, { minLength: 2, maxLength: 3 }), within: seconds(0, 8) }),
  );
}

function rulebook(scale: Scale, clocks: 'one' | 'two'): fc.Arbitrary<Rulebook> {
  const rule = fc.record({
    when: condition(scale, clocks),
    for: fc.oneof(fc.constant('0s'), seconds(1, 5)),
    off: fc.oneof(fc.constant('0s'), seconds(1, 5)),
    applies: fc.constantFrom(undefined, { machines: ['m2'] }, { model: 'mk1' }),
  });
  return fc.array(rule, { minLength: 1, maxLength: 4 }).map((rules) => ({
    version: 1,
    rules: rules.map(({ when, for: on, off, applies }, i): Rule => {
      return { id: `r${i}`, when, for: on, clear: { for: off }, severity: 'warning', ...(applies ? { applies } : {}) };
    }),
  }));
}

function step(
  scale: Scale,
): fc.Arbitrary<{ wait: number; machine: string; what: (ts: number, machine: string) => Fed }> {
  const value = fc.oneof({ arbitrary: number(scale, 0, 11), weight: 12 }, fc.constantFrom(NaN, scaled(40, scale)));
  const reading = fc.record({ sensor: fc.constantFrom(...MEASURED), value });
  const snapshot = fc
    .array(reading, { minLength: 1, maxLength: 2 })
    .map((readings) => (ts: number, machine: string): Fed => {
      return { kind: 'snapshot', machine, ts, at: ts, readings };
    });
  const event = fc.constantFrom('E1', 'E2').map((code) => (ts: number, machine: string): Fed => {
    return { kind: 'event', machine, ts, at: ts, code };
  });
  const state = fc.constantFrom('running', 'idle').map((name) => (ts: number, machine: string): Fed => {
    return { kind: 'state', machine, ts, at: ts, state: name };
  });
  return fc.record({
    wait: fc.oneof({ arbitrary: fc.integer({ min: 0, max: 2 }), weight: 9 }, fc.integer({ min: 3, max: 12 })),
    machine: fc.constantFrom(...MACHINES),
    what: fc.oneof({ arbitrary: snapshot, weight: 8 }, event, state),
  });
}

/** `clocks` two: without what counts from receipt (silence, staleness), which a replay cannot reproduce. */
export function world(clocks: 'one' | 'two' = 'one'): fc.Arbitrary<World> {
  const worldOf = (scale: Scale) =>
    fc.record({
      plant: plant(scale),
      rulebook: rulebook(scale, clocks),
      steps: fc.array(step(scale), { minLength: 1, maxLength: 30 }),
      rest: fc.integer({ min: 0, max: 12 }),
    });
  return fc.oneof(worldOf(1), worldOf(0.1)).map(({ plant: made, rulebook: rules, steps, rest }) => {
    let ts = START;
    const inputs = steps.map(({ wait, machine, what }) => what((ts += wait * GRID_MS), machine));
    return { plant: clocks === 'two' ? withoutEvery(made) : made, rulebook: rules, inputs, until: ts + rest * GRID_MS };
  });
}

function withoutEvery(made: Plant): Plant {
  const strip = <T extends { every?: string }>({ every: _, ...rest }: T) => rest;
  return {
    ...made,
    models: made.models.map((model) => ({
      ...model,
      sensors: model.sensors.map((one) => mergeSensor(strip(one), undefined)),
    })),
    machines: made.machines.map((machine) =>
      machine.sensors ? { ...machine, sensors: machine.sensors.map(strip) } : machine,
    ),
  };
}
