import type { Entry } from '#shared/journal/port.ts';
import type { PlantIndex } from '#shared/model/plant.ts';
import { admit } from './admit.ts';
import { decode, NO_TELEMETRY } from './decode.ts';
import type { Telemetry } from './types.ts';

/**
 * What a journal entry says about this plant: the same answer for every reader, at any later time. Ticks and
 * configurations say nothing.
 */
export function interpret(entry: Entry, plant: PlantIndex, prefix: string): Telemetry {
  if (entry.kind !== 'message') return NO_TELEMETRY;
  return admit(plant, decode(prefix, entry.topic, entry.payload, entry.at), entry.at);
}
