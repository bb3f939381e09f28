import { describe, expect, test } from 'vitest';
import type { Plant } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { candidatesFor, type Kind } from './candidates.ts';

const PLANT: Plant = {
  version: 1,
  customers: [],
  models: [
    {
      id: 'press',
      name: 'Press',
      components: [],
      sensors: [
        { id: 'temp', unit: '°C', nominal: 60, tolerance: { low: 40, high: 80 } },
        { id: 'oil', unit: 'bar' },
      ],
    },
  ],
  machines: [
    { id: 'p-1', model: 'press', customer: 'a' },
    { id: 'p-2', model: 'press', customer: 'a', sensors: [{ id: 'temp', tolerance: { high: 90 } }] },
  ],
};
const OUT: Rule = { id: 'out', when: { sensor: 'temp', outside: '20%' }, severity: 'warning' };

function changes(rule: Rule, kind: Kind, machines = ['p-1']): string[] {
  return candidatesFor(rule, PLANT, machines)
    .filter((one) => one.kind === kind)
    .map((one) => one.changes.map(({ path, before, after }) => `${path} ${before}→${after}`).join(', '));
}

describe('candidates begin with the mildest', () => {
  test('delays longer than the one there is', () => {
    expect(changes({ ...OUT, for: '1m' }, 'on-delay')).toEqual(['for 1m→2m', 'for 1m→5m', 'for 1m→10m']);
    expect(changes(OUT, 'off-delay')[0]).toBe('clear.for 0s→30s');
  });

  test('a deadband in percentage points of what is allowed, or in the unit of the sensor', () => {
    expect(changes(OUT, 'deadband')).toEqual(['when.deadband 5→10', 'when.deadband 5→15', 'when.deadband 5→20']);
    const above: Rule = {
      ...OUT,
      when: {
        all: [
          { sensor: 'temp', above: 75 },
          { sensor: 'oil', below: 2 },
        ],
      },
    };
    expect(changes(above, 'deadband')[0]).toBe('when.all[0].deadband 0→0.4, when.all[1].deadband 0→0.02');
  });

  test('limits further out on either side, never under a not', () => {
    const rule: Rule = {
      ...OUT,
      when: {
        any: [
          { sensor: 'temp', above: 75 },
          { sensor: 'oil', below: 2 },
        ],
      },
    };
    expect(changes(rule, 'limit')[1]).toBe('when.any[0].above 75→77, when.any[1].below 2→1.9');
    expect(changes({ ...OUT, when: { not: { sensor: 'temp', above: 75 } } }, 'limit')).toEqual([]);
    expect(changes({ ...OUT, when: { event: 'E1' } }, 'deadband')).toEqual([]);
  });

  test('tolerances of the model and of machines with their own, where the rule asks for them', () => {
    expect(changes(OUT, 'tolerance')[0]).toBe(
      'models.press.sensors.temp.tolerance.low 40→39, models.press.sensors.temp.tolerance.high 80→81',
    );
    expect(changes(OUT, 'tolerance', ['p-1', 'p-2'])[1]).toContain('machines.p-2.sensors.temp.tolerance.high 90→93');
    expect(changes({ ...OUT, when: { sensor: 'temp', above: 1 } }, 'tolerance')).toEqual([]);
  });
});
