/** The plain way: an alarm when the mean of some hours leaves the mean of the fleet by so many standard errors. */
import type { Rule } from '#shared/model/rule.ts';
import { PERIOD, type Row, SENSORS, type SensorId } from './data.ts';

const COMPONENTS: Readonly<Record<SensorId, string>> = {
  volt: 'comp1',
  rotate: 'comp2',
  pressure: 'comp3',
  vibration: 'comp4',
};

/** Learned from what was known, as our rules are. */
export function meanRules(all: readonly Row[], hours: number, sigmas: number): readonly Rule[] {
  const known = all.filter(({ t }) => t < PERIOD.known);
  return SENSORS.map((sensor, i): Rule => {
    const values = known.map((row) => row.values[i] ?? NaN);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const away = (sigmas * Math.sqrt(variance)) / Math.sqrt(hours);
    const window = { sensor, mean: `${hours}h` };
    return {
      id: `${sensor}-mean-${hours}h`,
      when: {
        any: [
          { ...window, above: mean + away },
          { ...window, below: mean - away },
        ],
      },
      severity: 'warning',
      endangers: COMPONENTS[sensor],
    };
  });
}

/** Middle and robust standard deviation (1.4826 · median absolute deviation) of a sensor in what was known. */
export function normalOf(all: readonly Row[], sensor: SensorId): { readonly center: number; readonly sigma: number } {
  const place = SENSORS.indexOf(sensor);
  const values = all.filter(({ t }) => t < PERIOD.known).map((row) => row.values[place] ?? NaN);
  const center = median(values);
  return { center, sigma: 1.4826 * median(values.map((value) => Math.abs(value - center))) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
