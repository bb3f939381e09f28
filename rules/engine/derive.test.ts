import { expect, it } from 'vitest';
import { PlantIndex } from '#shared/model/plant.ts';
import { Derivation } from './derive.ts';

const INDEX = new PlantIndex({
  version: 1,
  customers: [],
  models: [
    {
      id: 'mk1',
      name: 'Mark 1',
      components: [],
      sensors: [
        { id: 'torque', every: '10s', range: { low: 0, high: 100 } },
        { id: 'speed' },
        { id: 'temp' },
        { id: 'power', formula: 't * n', inputs: { t: 'torque', n: 'speed' } },
      ],
    },
  ],
  machines: [{ id: 'm1', model: 'mk1', customer: 'acme' }],
});

const seconds = (s: number, values: Record<string, number>) => ({
  machine: 'm1',
  ts: s * 1000,
  at: s * 1000,
  readings: Object.entries(values).map(([sensor, value]) => ({ sensor, value })),
});

it('derives from the newest value of every input, whatever else is in the snapshot', () => {
  const derivation = new Derivation(INDEX);
  expect(derivation.take(seconds(0, { torque: 2, temp: 60 }))).toEqual([]);
  expect(derivation.take(seconds(1, { speed: 3 }))).toEqual([{ machine: 'm1', sensor: 'power', ts: 1000, value: 6 }]);
  expect(derivation.take(seconds(2, { temp: 61 }))).toEqual([]);
});

it('takes nothing from late, bad or stale inputs', () => {
  const derivation = new Derivation(INDEX);
  derivation.take(seconds(0, { torque: 2, speed: 3 }));
  expect(derivation.take(seconds(0, { speed: 4 }))).toEqual([]);
  expect(derivation.take(seconds(1, { torque: 101 }))).toEqual([]);
  expect(derivation.take(seconds(29, { speed: 5 }))).toMatchObject([{ value: 10 }]);
  expect(derivation.take(seconds(30, { speed: 5 }))).toEqual([]);
});

it('goes on from its snapshot', () => {
  const derivation = new Derivation(INDEX);
  derivation.take(seconds(0, { torque: 2 }));
  const restored = new Derivation(INDEX, JSON.parse(JSON.stringify(derivation.snapshot())));
  expect(restored.take(seconds(1, { speed: 3 }))).toMatchObject([{ value: 6 }]);
});
