import { describe, expect, test } from 'vitest';
import { mayPublish, mayRetain, maySubscribe } from './topics.ts';

const rules = { prefix: 'machines', isMachine: (name: string) => name.startsWith('m-') };
const machine = { machine: 'm-1' };
const house = { house: true } as const;

describe('a machine', () => {
  test.each([
    ['machines/m-1/telemetry', true],
    ['machines/m-1/sensors/a', true],
    ['machines/m-1', false],
    ['machines/m-10/telemetry', false],
    ['machines//telemetry', false],
    ['other/m-1/telemetry', false],
    ['$SYS/machines/m-1/x', false],
    ['spBv1.0/group/NDATA/m-1', true],
    ['spBv1.0/group/DDATA/m-1/axis', true],
    ['spBv1.0/group/DDATA/gateway/m-1', true],
    ['spBv1.0/group/DDATA/m-1/m-2', false],
    ['spBv1.0/group/NDATA/m-2', false],
    ['spBv1.0/group/DDATA/m-2/axis', false],
    ['spBv1.0/STATE/m-1', false],
    ['spBv1.0//NDATA/m-1', false],
  ])('publishes to %s: %s', (topic, allowed) => {
    expect(mayPublish(rules, machine, topic)).toBe(allowed);
  });

  test.each([
    ['machines/m-1/#', true],
    ['machines/m-1/commands', true],
    ['machines/+/commands', false],
    ['machines/#', false],
    ['#', false],
    ['+/m-1/x', false],
    ['$SYS/#', false],
    ['$share/x/machines/m-1/#', false],
    ['machines/m-2/#', false],
    ['spBv1.0/group/NCMD/m-1', true],
    ['spBv1.0/+/DCMD/m-1/#', true],
    ['spBv1.0/+/DCMD/+/m-1', true],
    ['spBv1.0/STATE/scada', true],
    ['spBv1.0/#', false],
    ['spBv1.0/+/NCMD/#', false],
    ['spBv1.0/+/NCMD/+', false],
    ['spBv1.0/+/NDATA/m-1', false],
    ['spBv1.0/+/+/m-2', false],
  ])('subscribes to %s: %s', (filter, allowed) => {
    expect(maySubscribe(rules, machine, filter)).toBe(allowed);
  });
});

test('the house publishes and subscribes anywhere, but publishes nothing under $', () => {
  expect(mayPublish(rules, house, 'anything/at/all')).toBe(true);
  expect(mayPublish(rules, house, '$SYS/x')).toBe(false);
  expect(maySubscribe(rules, house, '#')).toBe(true);
});

test('only the connection of a machine is retained', () => {
  expect(mayRetain(rules, 'machines/m-1/connection')).toBe(true);
  expect(mayRetain(rules, 'machines/m-1/x/connection')).toBe(false);
  expect(mayRetain(rules, 'machines/m-1/telemetry')).toBe(false);
  expect(mayRetain(rules, 'other/m-1/connection')).toBe(false);
});
