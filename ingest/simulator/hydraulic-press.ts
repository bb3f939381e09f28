/** Hydraulikpresse HP-400: pump, accumulator, return filter, tank. A leak costs pressure and works the pump. */
import { MINUTE } from './calendar.ts';
import { wander, white } from './noise.ts';
import { approach, atLeastZero, type Conditions, type Memory, type Physics, rounded, type Values } from './physics.ts';

const MINUTES = 60;

/** Delivery of the pump, l/min: a clogged filter throttles it, a leak asks for more. */
function flow(c: Conditions): number {
  const wanted = c.operation.state === 'running' ? 58 + 76 * c.load : c.operation.state === 'setup' ? 34 : 15;
  return wanted * (1 - 0.26 * Math.min(1.4, c.faults.filter)) + 26 * c.faults.leak;
}

/** Heater below, cooler above. */
function oilTarget(c: Conditions): number {
  const heat = c.operation.state === 'running' ? 12 + 21 * c.load : c.operation.state === 'setup' ? 17 : 12;
  const target = c.hall + heat + 4 * c.faults.leak + 3 * c.faults.filter;
  return target < 35 ? 35 : target > 50 ? 50 + 0.4 * (target - 50) : target;
}

const MOST_DRAINED = 30;

export const hydraulicPress: Physics = {
  rest: (c) => ({ oil: oilTarget(c), drained: 0 }),

  step(memory, c, seconds) {
    const drained = memory['drained'] ?? 0;
    return {
      oil: approach(memory['oil'] ?? 40, oilTarget(c), seconds, 46 * MINUTES),
      // Percent of the tank: lost through the leak, filled up after the repair.
      drained:
        c.faults.leak > 0.02
          ? Math.min(MOST_DRAINED, drained + (0.4 * c.faults.leak * seconds) / MINUTES)
          : approach(drained, 0, seconds, 2 * MINUTES),
    };
  },

  read(memory: Memory, c: Conditions): Values {
    const oil = memory['oil'] ?? 40;
    const delivered = flow(c) + 0.7 * white(c.key ^ 31, c.t) + 1.2 * wander(c.key ^ 32, c.t, 2 * MINUTE);
    const thick = 1 + 0.007 * (48 - oil);
    const clogged = 1 + 0.55 * c.age + 2.6 * c.faults.filter;
    const dp = (0.3 + 0.68 * (delivered / 120) ** 1.5) * thick * clogged;
    const sag = 37 * c.faults.leak * (0.86 + 0.14 * c.load) * (1 + 0.04 * wander(c.key ^ 33, c.t, 40_000));
    const idle = c.operation.state === 'idle';
    const pressure =
      c.nominal('system-pressure', 210) -
      (idle ? -1.5 : 3.2 * c.load) +
      1.6 * wander(c.key ^ 34, c.t, 6 * MINUTE) -
      sag;
    const duty =
      (c.operation.state === 'running' ? 21 + 50 * c.load : idle ? 11 : 18) + 33 * c.faults.leak + 15 * c.faults.filter;
    const level = 79 - 7 * c.age - 1.4 * c.load + 0.07 * (oil - 45) - (memory['drained'] ?? 0);
    return {
      'system-pressure': rounded(pressure + 0.5 * white(c.key ^ 35, c.t), 1),
      'pump-flow': rounded(atLeastZero(delivered), 1),
      'filter-dp': rounded(atLeastZero(dp + 0.012 * white(c.key ^ 36, c.t)), 2),
      'oil-temp': rounded(oil + 0.07 * white(c.key ^ 37, c.t), 1),
      'oil-level': rounded(Math.max(0, level + 0.08 * white(c.key ^ 38, c.t)), 1),
      'pump-duty': rounded(Math.min(100, atLeastZero(duty + 0.6 * white(c.key ^ 39, c.t))), 1),
    };
  },
};
