import type { EquippedMachine, PlantIndex, Sensor } from '#shared/model/plant.ts';
import { quote } from './quote.ts';
import { rejectOf } from './reject.ts';
import { timeProblem } from './time.ts';
import type { ConnectionReport, Reject, Snapshot, Telemetry } from './types.ts';

type Refusal = Pick<Reject, 'reason' | 'detail'>;

/**
 * What of a message may be used with this plant: everything else joins the rejects, one each, and costs its neighbours
 * nothing. `at` is the time of receipt (epoch ms).
 */
export function admit(plant: PlantIndex, telemetry: Telemetry, at: number): Telemetry {
  const { machine } = telemetry;
  if (machine === undefined) return telemetry;
  const admission = new Admission(plant, machine, at, telemetry.rejects);
  return {
    machine,
    snapshots: admission.snapshots(telemetry.snapshots),
    events: admission.timely(telemetry.events),
    states: admission.timely(telemetry.states),
    connections: admission.connections(telemetry.connections),
    sequence: telemetry.sequence,
    rejects: admission.rejects,
  };
}

/** A class and loops, because this is done for every message: closures made each time cost more than all they do. */
class Admission {
  readonly rejects: Reject[];
  readonly #machine: string;
  readonly #equipped: EquippedMachine | undefined;
  readonly #unknown: Refusal | undefined;
  readonly #at: number;

  constructor(plant: PlantIndex, machine: string, at: number, rejects: readonly Reject[]) {
    this.#machine = machine;
    this.#equipped = plant.machine(machine);
    this.#at = at;
    this.rejects = [...rejects];
    if (this.#equipped) return;
    const detail = `the plant has no machine ${quote(machine)}; add it to the plant and import it`;
    this.#unknown = { reason: 'unknown-machine', detail };
  }

  snapshots(given: readonly Snapshot[]): readonly Snapshot[] {
    const admitted: Snapshot[] = [];
    for (const snapshot of given) {
      const readings = this.#readings(snapshot);
      if (readings === snapshot.readings) admitted.push(snapshot);
      else if (readings.length > 0) admitted.push({ ...snapshot, readings });
    }
    return admitted;
  }

  timely<T extends { readonly ts: number }>(given: readonly T[]): readonly T[] {
    return given.length === 0
      ? given
      : given.filter(({ ts }) => !this.#refuses(this.#unknown ?? timeProblem(ts, this.#at)));
  }

  connections(given: readonly ConnectionReport[]): readonly ConnectionReport[] {
    return given.length === 0 ? given : given.filter(() => !this.#refuses(this.#unknown));
  }

  /** The snapshot's own readings where all may be used. */
  #readings({ ts, readings }: Snapshot): Snapshot['readings'] {
    const refusal = this.#unknown ?? timeProblem(ts, this.#at);
    let admitted: Snapshot['readings'][number][] | undefined;
    for (let i = 0; i < readings.length; i++) {
      const reading = readings[i] as Snapshot['readings'][number];
      const { sensor, value } = reading;
      if (this.#refuses(refusal ?? readingProblem(this.#equipped?.sensors.get(sensor), sensor, value), sensor)) {
        admitted ??= readings.slice(0, i);
      } else admitted?.push(reading);
    }
    return admitted ?? readings;
  }

  #refuses(refusal: Refusal | undefined, sensor?: string): boolean {
    if (!refusal) return false;
    this.rejects.push(rejectOf(this.#machine, refusal.reason, refusal.detail, sensor, ''));
    return true;
  }
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
