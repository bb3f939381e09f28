import { expect, it } from 'vitest';
import { countCases } from './backtest-cases.ts';
import type { Transition } from './engine/types.ts';

const HOUR = 3_600_000;

function at(hour: number, transition: 'raised' | 'cleared', component = 'bearing', machine = 'm1'): Transition {
  const fact = { test: 'state', state: 'running', verdict: true } as const;
  const reason = { since: hour * HOUR, delayMs: 0, fact };
  return { t: hour * HOUR, machine, rule: 'r', mode: 'live', transition, severity: 'warning', component, reason };
}

it('gathers alarms of one machine and component while one stands', () => {
  expect(countCases([at(0, 'raised'), at(1, 'raised'), at(40, 'cleared'), at(80, 'raised')])).toBe(1);
});

it('opens a case again within a day after its last alarm cleared, later a new one', () => {
  expect(countCases([at(0, 'raised'), at(1, 'cleared'), at(25, 'raised'), at(26, 'cleared')])).toBe(1);
  expect(countCases([at(0, 'raised'), at(1, 'cleared'), at(25.1, 'raised')])).toBe(2);
});

it('keeps machines and components apart', () => {
  expect(countCases([at(0, 'raised'), at(0, 'raised', 'drive'), at(0, 'raised', 'bearing', 'm2')])).toBe(3);
});
