/** Spindelpresse SP-200: a servo drive turns a spindle; torque, speed, power and heat hang together. */
import { MINUTE } from './calendar.ts';
import { wander, white } from './noise.ts';
import { approach, atLeastZero, type Conditions, type Memory, type Physics, rounded, type Values } from './physics.ts';

const MINUTES = 60;

/** Bearing wear shows in vibration first, in friction and heat later. */
const wear = ({ faults, age }: Conditions) => 0.1 * age + faults.bearing;

function speed(c: Conditions): number {
  if (c.operation.state === 'idle') return 0;
  if (c.operation.state === 'setup') return 280 + 60 * wander(c.key ^ 11, c.t, 2 * MINUTE);
  return 1450 + 160 * (c.load - 0.7) + 8 * wander(c.key ^ 12, c.t, 3 * MINUTE) + 2.5 * white(c.key ^ 13, c.t);
}

function torque(c: Conditions): number {
  if (c.operation.state === 'idle') return 0;
  if (c.operation.state === 'setup') return atLeastZero(8 + 1.5 * white(c.key ^ 14, c.t));
  return 52 * c.load * (1 + 0.05 * c.faults.bearing) + 0.5 * white(c.key ^ 15, c.t);
}

const bearingTarget = (c: Conditions) =>
  c.hall + (c.operation.state === 'setup' ? 5 : 38 * c.load ** 1.2) * (1 + 0.75 * wear(c));
const windingTarget = (c: Conditions) => c.hall + (c.operation.state === 'setup' ? 8 : 78 * c.load ** 2);

export const spindlePress: Physics = {
  rest: (c) => ({ bearing: bearingTarget(c), winding: windingTarget(c) }),

  step: (memory, c, seconds) => ({
    bearing: approach(memory['bearing'] ?? c.hall, bearingTarget(c), seconds, 38 * MINUTES),
    winding: approach(memory['winding'] ?? c.hall, windingTarget(c), seconds, 16 * MINUTES),
  }),

  read(memory: Memory, c: Conditions): Values {
    const bearing = memory['bearing'] ?? c.hall;
    const turning = c.operation.state === 'running';
    const worn = wear(c);
    const smoothness = 1 + 0.05 * wander(c.key ^ 16, c.t, 4 * MINUTE) + 0.03 * white(c.key ^ 17, c.t);
    // A damaged raceway adds knocks that come and go.
    const knocks = 0.16 * c.faults.bearing * Math.abs(white(c.key ^ 18, c.t));
    const vibration = turning
      ? (0.5 + 1.45 * c.load) * (smoothness + 2.3 * worn + knocks)
      : c.operation.state === 'setup'
        ? 0.5
        : 0.12;
    return {
      'motor-speed': rounded(speed(c), 0),
      'motor-torque': rounded(torque(c), 1),
      'bearing-temp': rounded(bearing + 0.08 * white(c.key ^ 19, c.t), 1),
      'bearing-vibration': rounded(vibration + 0.015 * Math.abs(white(c.key ^ 20, c.t)), 2),
      'winding-temp': rounded((memory['winding'] ?? c.hall) + 0.1 * white(c.key ^ 21, c.t), 1),
      'press-force': turning
        ? rounded(1240 + 460 * c.load + 9 * wander(c.key ^ 22, c.t, 5 * MINUTE) + 4 * white(c.key ^ 23, c.t), 0)
        : 0,
      'lube-pressure': rounded(
        c.nominal('lube-pressure', 3.2) +
          0.12 -
          0.011 * (bearing - 40) +
          0.05 * wander(c.key ^ 24, c.t, 20 * MINUTE) +
          0.012 * white(c.key ^ 25, c.t),
        2,
      ),
      'hall-temp': rounded(c.hall + 0.04 * white(c.key ^ 26, c.t), 1),
    };
  },
};
