import type { PlantIndex, Sensor } from '#shared/model/plant.ts';
import { quote } from './quote.ts';
import { rejectOf } from './reject.ts';
import { timeProblem } from './time.ts';
import type { Reject, Snapshot, Telemetry } from './types.ts';

type Refusal = Pick<Reject, 'reason' | 'detail'>;

/**
 * What of a message may be used with this plant: everything else joins the rejects, one each, and costs its neighbours
 * nothing. `at` is the time of receipt (epoch ms).
 */
export function admit(plant: PlantIndex, telemetry: Telemetry, at: number): Telemetry {
  const { machine } = telemetry;
  if (machine === undefined) return telemetry;
  const equipped = plant.machine(machine);
  const rejects = [...telemetry.rejects];
  const set = ({ reason, detail }: Refusal, sensor?: string): void => {
    rejects.push(rejectOf(machine, reason, detail, sensor, ''));
  };
  const unknown: Refusal | undefined = equipped
    ? undefined
    : {
        reason: 'unknown-machine',
        detail: `the plant has no machine ${quote(machine)}; add it to the plant and import it`,
      };

  const snapshots: Snapshot[] = [];
  for (const snapshot of telemetry.snapshots) {
    const refusal = unknown ?? timeProblem(snapshot.ts, at);
    const readings = snapshot.readings.filter(({ sensor, value }) => {
      const problem = refusal ?? readingProblem(equipped?.sensors.get(sensor), sensor, value);
      if (problem) set(problem, sensor);
      return problem === undefined;
    });
    if (readings.length === snapshot.readings.length) snapshots.push(snapshot);
    else if (readings.length > 0) snapshots.push({ ...snapshot, readings });
  }
  const timely = ({ ts }: { readonly ts: number }): boolean => {
    const problem = unknown ?? timeProblem(ts, at);
    if (problem) set(problem);
    return problem === undefined;
  };
  const events = telemetry.events.filter(timely);
  const states = telemetry.states.filter(timely);
  const connections = telemetry.connections.filter(() => {
    if (unknown) set(unknown);
    return unknown === undefined;
  });
  return { machine, snapshots, events, states, connections, rejects };
}

function readingProblem(sensor: Sensor | undefined, id: string, value: number): Refusal | undefined {
  if (!sensor)
    return {
      reason: 'unknown-sensor',
      detail: `the machine's model has no sensor ${quote(id)}; add it to the plant or correct the name`,
    };
  if (sensor.formula !== undefined) {
    return {
      reason: 'derived-sensor',
      detail: `${id} is computed from other sensors; publish its inputs and not itself`,
    };
  }
  const { low = -Infinity, high = Infinity } = sensor.range ?? {};
  if (value >= low && value <= high) return undefined;
  const unit = sensor.unit ? ` ${sensor.unit}` : '';
  const limit = value < low ? `below ${low}${unit}, the least` : `above ${high}${unit}, the most`;
  const detail = `${id} reports ${value}${unit}, ${limit} it can measure; check sensor, unit and range`;
  return { reason: 'out-of-range', detail };
}
