/** Schraubenkompressor KX-75, speed-controlled: delivers what the site draws, runs unloaded when nobody draws. */
import { HOUR, MINUTE } from './calendar.ts';
import { wander, white } from './noise.ts';
import { approach, atLeastZero, type Conditions, type Memory, type Physics, rounded, type Values } from './physics.ts';
import { siteDemand } from './schedule.ts';

const MINUTES = 60;

const demandOf = (c: Conditions) =>
  siteDemand(c.operation, wander(c.key ^ 41, c.t, HOUR), wander(c.key ^ 42, c.t, 5 * MINUTE));
/** The station warms itself up. */
const intakeTarget = (c: Conditions) => c.hall + 1.5 + 3.5 * demandOf(c);

function outletTarget(c: Conditions, intake: number): number {
  const demand = demandOf(c);
  const rise = demand > 0 ? 49 + 15 * demand : 38;
  return intake + rise + 9 * c.faults.filter + 12 * c.faults.bearing;
}

export const compressor: Physics = {
  rest: (c) => ({ intake: intakeTarget(c), outlet: outletTarget(c, intakeTarget(c)) }),

  step(memory, c, seconds) {
    const intake = memory['intake'] ?? c.hall;
    return {
      intake: approach(intake, intakeTarget(c), seconds, 25 * MINUTES),
      outlet: approach(memory['outlet'] ?? c.hall, outletTarget(c, intake), seconds, 5 * MINUTES),
    };
  },

  read(memory: Memory, c: Conditions): Values {
    const demand = demandOf(c);
    const { filter, bearing } = c.faults;
    const flow = demand > 0 ? 13.5 * demand * (1 - 0.1 * Math.min(1.4, filter)) + 0.05 * white(c.key ^ 43, c.t) : 0;
    const power = demand > 0 ? 12 + 64 * demand * (1 + 0.09 * filter + 0.05 * bearing) : 16.5;
    const dp = demand > 0 ? 5 + 21 * demand ** 1.8 * (1 + 0.45 * c.age) * (1 + 1.75 * filter) : 2.5;
    const pressure =
      c.nominal('net-pressure', 7.5) +
      (demand > 0 ? -0.3 * (demand - 0.62) + 0.07 * wander(c.key ^ 44, c.t, 3 * MINUTE) : 0.16);
    const vibration =
      (2.1 + 1.3 * demand) *
      (1 + 0.05 * wander(c.key ^ 45, c.t, 6 * MINUTE) + 0.03 * white(c.key ^ 46, c.t) + 0.12 * c.age + 1.5 * bearing);
    return {
      'net-pressure': rounded(pressure + 0.012 * white(c.key ^ 47, c.t) - 0.35 * filter * demand, 2),
      'air-flow': rounded(atLeastZero(flow), 2),
      'motor-power': rounded(power + 0.25 * white(c.key ^ 48, c.t), 1),
      'outlet-temp': rounded((memory['outlet'] ?? c.hall) + 0.12 * white(c.key ^ 49, c.t), 1),
      'intake-filter-dp': rounded(atLeastZero(dp + 0.25 * white(c.key ^ 50, c.t)), 1),
      vibration: rounded(vibration, 2),
      'intake-temp': rounded((memory['intake'] ?? c.hall) + 0.05 * white(c.key ^ 51, c.t), 1),
    };
  },
};
