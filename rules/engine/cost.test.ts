/** What a reading costs, and what is remembered of a sensor: neither grows with time, nor with rules on other sensors. */
import { expect, test } from 'vitest';
import type { Plant } from '#shared/model/plant.ts';
import type { Condition, Rule } from '#shared/model/rule.ts';
import { compile } from './compile.ts';
import { Engine } from './engine.ts';

const SECOND = 1_000;
const START = Date.UTC(2026, 0, 1);
const SILENT = { transition: () => undefined };

function engineOf(sensors: number, conditions: readonly Condition[]): Engine {
  const plant: Plant = {
    version: 1,
    customers: [{ id: 'acme', name: 'Acme', tier: 'standard' }],
    models: [
      {
        id: 'mk1',
        name: 'Mark 1',
        components: [],
        sensors: Array.from({ length: sensors }, (_, i) => ({ id: `s${i}`, tolerance: { low: 0, high: 100 } })),
      },
    ],
    machines: [{ id: 'm1', model: 'mk1', customer: 'acme' }],
  };
  const rules = conditions.map((when, i): Rule => ({ id: `r${i}`, when, severity: 'notice' }));
  return new Engine(compile(plant, { version: 1, rules }));
}

/** Readings of the first sensor, one a second. */
function feed(engine: Engine, from: number, count: number): void {
  for (let n = from; n < from + count; n++) {
    const ts = START + n * SECOND;
    const readings = [{ sensor: 's0', value: 50 + ((n * 7919) % 101) / 4 }];
    engine.feed({ kind: 'snapshot', machine: 'm1', ts, at: ts, readings }, SILENT);
  }
}

test('what is remembered of a sensor is bounded by its longest window', () => {
  const engine = engineOf(1, [
    { sensor: 's0', mean: '5m', above: 70 },
    { sensor: 's0', stddev: '1m', above: 70 },
    { sensor: 's0', max: '2m', above: 99 },
    { sensor: 's0', changes: { by: 99, within: '2m' } },
    { sensor: 's0', frozen: '1h' },
    { sensor: 's0', trend: { over: '4m', reaches: 'high', within: '1m' } },
  ]);
  feed(engine, 0, 1_000);
  const before = JSON.stringify(engine.snapshot());
  feed(engine, 1_000, 100_000);
  const after = JSON.stringify(engine.snapshot());
  // the longest window holds 300 readings; digits of sums may differ by a few
  expect(after.length).toBeLessThan(before.length * 1.1);
  const [machine] = engine.snapshot().machines;
  expect(
    JSON.stringify(machine)
      .match(/"history":(\[\[.*?\]\])/)?.[1]
      ?.split('],['),
  ).toHaveLength(300);
});

/** The least of several turns, ms: others work on this computer too. */
function least(work: () => void): number {
  const times = Array.from({ length: 7 }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return Math.min(...times);
}

test('a reading costs the same beside 10 and beside 10,000 rules on other sensors', () => {
  const OWN: Condition = { sensor: 's0', above: 70 };
  const costs = [10, 10_000].map((others) => {
    const rest = Array.from({ length: others }, (_, i): Condition => ({ sensor: `s${1 + (i % 19)}`, above: i / 100 }));
    const engine = engineOf(20, [OWN, ...rest]);
    let fed = 0;
    feed(engine, fed, 20_000);
    return least(() => feed(engine, (fed += 20_000), 20_000));
  });
  // measured: 1.0; 1,000 times as many rules would cost hundreds of times as much, were they looked at
  expect((costs[1] ?? NaN) / (costs[0] ?? NaN)).toBeLessThan(5);
});
