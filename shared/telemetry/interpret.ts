import type { Entry } from '#shared/journal/port.ts';
import type { PlantIndex } from '#shared/model/plant.ts';
import { admit } from './admit.ts';
import { decode, NO_TELEMETRY } from './decode.ts';
import { isHeartbeat } from './heartbeat.ts';
import type { Telemetry } from './types.ts';

/**
 * What a journal entry says about this plant: the same answer for every reader, at any later time. Ticks and
 * configurations say nothing, the house's heartbeat that it has come this far.
 */
export function interpret(entry: Entry, plant: PlantIndex, prefix: string): Telemetry {
  if (entry.kind !== 'message') return NO_TELEMETRY;
  if (isHeartbeat(prefix, entry.topic)) return { ...NO_TELEMETRY, beat: entry.at };
  return admit(plant, decode(prefix, entry.topic, entry.payload, entry.at), entry.at);
}
