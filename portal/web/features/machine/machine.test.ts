import { describe, expect, test } from 'vitest';
import type { MachineAnswer, SensorAnswer } from '#shared/model/api/machine.ts';
import { withReadings } from './live.ts';
import { branchesOf, usualSensors } from './tree.ts';
import { MAX_COURSES, moved, rangeOf, readView, renewMs, toggled, windowKey, writeView } from './view.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-01-10T12:00:00Z');

const sensor = (id: string, component: string | null, excess: number | null = null): SensorAnswer => ({
  id,
  component,
  name: null,
  quantity: null,
  unit: '°C',
  tolerance: { low: 40, high: 80, nominal: 60 },
  every: '10s',
  derived: false,
  formula: null,
  last: { t: '2026-01-10T11:59:00.000Z', value: 60, excess },
  stale: true,
});
const component = (id: string, parent: string | null): MachineAnswer['components'][number] => ({
  id,
  parent,
  name: id,
  condition: 'OK',
});

describe('the address of a machine page', () => {
  test('holds range and sensors', () => {
    const params = writeView(new URLSearchParams(), {
      window: { kind: 'fixed', from: NOW - HOUR, to: NOW },
      sensors: ['a', 'b'],
      tab: 'course',
    });
    expect(params.toString()).toBe('sensors=a%2Cb&from=2026-01-10T11%3A00%3A00.000Z&to=2026-01-10T12%3A00%3A00.000Z');
    expect(readView(params)).toEqual({
      tab: 'course',
      window: { kind: 'fixed', from: NOW - HOUR, to: NOW },
      sensors: ['a', 'b'],
    });
  });

  test('going back to the last hours takes the section out', () => {
    const fixed = new URLSearchParams('from=2026-01-10T11:00:00Z&to=2026-01-10T12:00:00Z');
    expect(writeView(fixed, { window: { kind: 'rolling', preset: '24h' } }).toString()).toBe('range=24h');
  });

  test('nonsense is read as the last eight hours; no sensor chosen is not the same as none', () => {
    expect(readView(new URLSearchParams('range=9y&from=x&to=y&tab=z')).window).toEqual({
      kind: 'rolling',
      preset: '8h',
    });
    expect(readView(new URLSearchParams()).sensors).toBeUndefined();
    expect(readView(new URLSearchParams('sensors=')).sensors).toEqual([]);
    expect(readView(new URLSearchParams('sensors=a,b,c,d,e,f,g,h')).sensors).toHaveLength(6);
  });

  test('a sensor more or less leaves the others, and no more are added than fit', () => {
    expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
    expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
    const full = Array.from({ length: MAX_COURSES }, (_, i) => `${i}`);
    expect(toggled(full, 'one more')).toEqual(full);
  });

  test('a rolling window ends now and is read again, a fixed one stands still', () => {
    const rolling = { kind: 'rolling', preset: '24h' } as const;
    expect(rangeOf(rolling, NOW)).toEqual({ from: NOW - 24 * HOUR, to: NOW });
    expect(windowKey(rolling)).toBe('24h');
    expect(renewMs(rolling)).toBeGreaterThan(0);
    expect(renewMs({ kind: 'fixed', from: 0, to: 1 })).toBe(false);
  });
});

describe('zooming', () => {
  const range = { from: NOW - 8 * HOUR, to: NOW };

  test('in halves the range around its middle, out doubles it, and never beyond now', () => {
    expect(moved(range, 'in', NOW)).toEqual({ kind: 'fixed', from: NOW - 6 * HOUR, to: NOW - 2 * HOUR });
    expect(moved(range, 'out', NOW)).toEqual({ kind: 'fixed', from: NOW - 12 * HOUR, to: NOW });
  });

  test('to the side keeps the length', () => {
    expect(moved(range, 'earlier', NOW)).toEqual({ kind: 'fixed', from: NOW - 12 * HOUR, to: NOW - 4 * HOUR });
    expect(moved({ from: NOW - 9 * HOUR, to: NOW - HOUR }, 'later', NOW)).toEqual({
      kind: 'fixed',
      from: NOW - 8 * HOUR,
      to: NOW,
    });
  });

  test('ends at a minute', () => {
    const shortest = { from: NOW - 90_000, to: NOW };
    expect(moved(shortest, 'in', NOW)).toEqual({ kind: 'fixed', ...shortest });
  });
});

describe('the tree', () => {
  test('has parents before children, sensors under their component, and the rest at the end', () => {
    const components = [component('bearing', 'spindle'), component('spindle', null), component('pump', 'gone')];
    const sensors = [
      sensor('temp', 'bearing'),
      sensor('speed', 'spindle'),
      sensor('room', null),
      sensor('odd', 'nowhere'),
    ];
    const branches = branchesOf({ components, sensors });
    expect(
      branches.map((branch) => [branch.component?.id ?? null, branch.depth, branch.sensors.map(({ id }) => id)]),
    ).toEqual([
      ['spindle', 0, ['speed']],
      ['bearing', 1, ['temp']],
      ['pump', 0, []],
      [null, 0, ['room', 'odd']],
    ]);
  });

  test('components that are their own parents are no endless tree', () => {
    expect(branchesOf({ components: [component('a', 'b'), component('b', 'a')], sensors: [] })).toEqual([]);
  });

  test('without a choice the worst sensor comes first, then what is outside', () => {
    const sensors = [sensor('a', null, -10), sensor('b', null, 30), sensor('c', null, 5), sensor('d', null)];
    expect(usualSensors({ sensors, worst: { component: null, name: null, sensor: 'd', sensorName: null } }, 3)).toEqual(
      ['d', 'b', 'c'],
    );
    expect(usualSensors({ sensors: sensors.slice(0, 1), worst: null }, 3)).toEqual(['a']);
  });
});

describe('live values', () => {
  const machine = { sensors: [sensor('a', null), sensor('b', null)] } as unknown as MachineAnswer;

  test('become the last value, judged by the tolerance of now, and end staleness', () => {
    const { sensors } = withReadings(machine, [{ sensor: 'a', t: '2026-01-10T12:00:00.000Z', value: 84 }]);
    expect(sensors[0]).toMatchObject({ stale: false, last: { value: 84, excess: 20 } });
    expect(sensors[1]).toBe(machine.sensors[1]);
  });

  test('that are older than the last one change nothing', () => {
    expect(withReadings(machine, [{ sensor: 'a', t: '2026-01-10T11:00:00.000Z', value: 99 }]).sensors[0]).toBe(
      machine.sensors[0],
    );
  });
});
