import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { excessOf } from '#shared/model/tolerance.ts';

interface Arrived {
  readonly sensor: string;
  /** ISO 8601. */
  readonly t: string;
  readonly value: number;
}

/** The machine with the newest of what arrived as last values, judged by the tolerance it has now. */
export function withReadings(machine: MachineAnswer, arrived: readonly Arrived[]): MachineAnswer {
  const newest = new Map(arrived.map((reading) => [reading.sensor, reading]));
  return {
    ...machine,
    sensors: machine.sensors.map((sensor) => {
      const reading = newest.get(sensor.id);
      if (!reading || (sensor.last && sensor.last.t >= reading.t)) return sensor;
      return {
        ...sensor,
        stale: false,
        last: { t: reading.t, value: reading.value, excess: excess(sensor.tolerance, reading.value) },
      };
    }),
  };
}

function excess(tolerance: MachineAnswer['sensors'][number]['tolerance'], value: number): number | null {
  if (!tolerance) return null;
  const { low, high, nominal } = tolerance;
  const limits = { ...(low === null ? {} : { low }), ...(high === null ? {} : { high }) };
  return excessOf({ tolerance: limits, ...(nominal === null ? {} : { nominal }) }, value)?.percent ?? null;
}
