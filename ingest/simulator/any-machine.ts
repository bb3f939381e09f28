/** A machine of a model whose physics nobody has written: each sensor wanders quietly about its nominal value. */
import { nominalOf, sideWidth } from '#shared/model/tolerance.ts';
import type { Sensor } from '#shared/model/plant.ts';
import { MINUTE } from './calendar.ts';
import { keyOf, wander, white } from './noise.ts';
import { type Physics, rounded, type Values } from './physics.ts';

export function anyMachine(sensors: Iterable<Sensor>): Physics {
  const quiet = [...sensors].map((sensor) => ({ id: sensor.id, key: keyOf(sensor.id), ...centre(sensor) }));
  return {
    rest: () => ({}),
    step: (memory) => memory,
    read(_memory, { t, key }) {
      const values: Values = {};
      for (const { id, key: own, middle, width } of quiet) {
        const drift = 0.16 * wander(key ^ own, t, 25 * MINUTE) + 0.02 * white(key ^ own, t);
        values[id] = rounded(middle + width * drift, width >= 100 ? 0 : width >= 10 ? 1 : width >= 1 ? 2 : 4);
      }
      return values;
    },
  };
}

function centre(sensor: Sensor): { middle: number; width: number } {
  const { tolerance, range } = sensor;
  const widths = (['low', 'high'] as const).flatMap((side) => sideWidth(sensor, side) ?? []);
  const low = tolerance?.low ?? range?.low ?? 0;
  const high = tolerance?.high ?? range?.high ?? low + 100;
  const width = Math.min(...widths, (high - low) / 2);
  const oneSided = tolerance?.high === undefined ? low + width : high - width;
  return { middle: nominalOf(sensor) ?? (tolerance ? oneSided : (low + high) / 2), width };
}
