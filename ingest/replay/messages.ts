/** Snapshots of a recording as the messages a machine would have sent. */
import type { Snapshot } from '#shared/telemetry/types.ts';

export interface ReplayMessage {
  readonly machine: string;
  /** The machine's time, shifted, epoch ms. */
  readonly ts: number;
  readonly payload: string;
  readonly readings: number;
}

/** One message a snapshot; a sensor that stands in a snapshot twice begins another, so that no row is lost. */
export function* messagesOf(snapshots: Iterable<Snapshot>, shift: number): Generator<ReplayMessage> {
  for (const snapshot of snapshots) {
    const { machine } = snapshot;
    const ts = snapshot.ts + shift;
    let values = new Map<string, number>();
    for (const { sensor, value } of snapshot.readings) {
      if (values.has(sensor)) {
        yield message(machine, ts, values);
        values = new Map();
      }
      values.set(sensor, value);
    }
    yield message(machine, ts, values);
  }
}

function message(machine: string, ts: number, values: ReadonlyMap<string, number>): ReplayMessage {
  const payload = JSON.stringify({ ts, values: Object.fromEntries(values) });
  return { machine, ts, payload, readings: values.size };
}
