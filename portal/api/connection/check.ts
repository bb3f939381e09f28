/** What would become of a message, told without sending it: the same reading as in earnest, and nothing is kept. */
import type { CheckAnswer } from '#shared/model/api/connection.ts';
import type { PlantIndex } from '#shared/model/plant.ts';
import { decode, NO_TELEMETRY } from '#shared/telemetry/decode.ts';
import { interpret } from '#shared/telemetry/interpret.ts';
import type { Snapshot } from '#shared/telemetry/types.ts';
import { jsonPlace } from './json-place.ts';
import { verdictOf } from './verdict.ts';

const READINGS_SHOWN = 20;

interface Message {
  readonly machine: string;
  readonly topic: string;
  readonly payload: string;
}

/** `now`: epoch ms, taken for the time of receipt. */
export function check(plant: PlantIndex, prefix: string, message: Message, now: number): CheckAnswer {
  const { machine, topic, payload } = message;
  const bytes = Buffer.from(payload);
  const speaker = decode(prefix, topic, bytes, now).machine;
  // Of another machine nothing is told, not even whether there is one.
  if (speaker !== undefined && speaker !== machine) return foreign(prefix, machine);
  const telemetry = interpret({ kind: 'message', at: now, topic, payload: bytes }, plant, prefix);
  const unreadable = telemetry.rejects.some(({ reason }) => reason === 'not-json');
  return {
    ...verdictOf(telemetry),
    readings: readingsOf(telemetry.snapshots),
    place: (unreadable ? jsonPlace(payload.replace(/^\uFEFF/, '')) : undefined) ?? null,
  };
}

function foreign(prefix: string, machine: string): CheckAnswer {
  const detail = `the topic names another machine; with its own password this one may publish under ${prefix}/${machine}/ alone`;
  const finding = { reason: 'other-machine', detail, sensor: null, path: null };
  return {
    ...verdictOf(NO_TELEMETRY),
    verdict: 'refused',
    setAside: 1,
    findings: [finding],
    readings: [],
    place: null,
  };
}

function readingsOf(snapshots: readonly Snapshot[]): CheckAnswer['readings'] {
  return snapshots
    .flatMap(({ ts, readings }) =>
      readings.map(({ sensor, value }) => ({ sensor, value, t: new Date(ts).toISOString() })),
    )
    .slice(0, READINGS_SHOWN);
}
