import { Draft } from './draft.ts';
import { readConnection, readEvents, readState } from './events.ts';
import { readJson, readText } from './payload.ts';
import { readSensor, readTelemetry } from './readings.ts';
import { readTopic, type Topic } from './topic.ts';
import type { Reject, Telemetry } from './types.ts';

export const NO_TELEMETRY: Telemetry = {
  machine: undefined,
  snapshots: [],
  events: [],
  states: [],
  connections: [],
  sequence: [],
  rejects: [],
};

/**
 * What one message says, in the forms of the MQTT contract, without knowing the plant. Never throws: what cannot be read
 * becomes a reject. `at` is the time of receipt (epoch ms), the time of whatever gives none itself.
 */
export function decode(prefix: string, topic: string, payload: Uint8Array, at: number): Telemetry {
  const about = readTopic(prefix, topic);
  if ('reject' in about) return { ...NO_TELEMETRY, rejects: [about.reject] };
  const draft = new Draft(about.machine, at);
  const text = readText(payload);
  const problem = 'ok' in text ? read(about, text.ok, draft) : text.refusal;
  if (problem) draft.reject(problem.reason, problem.detail, '');
  return draft;
}

function read(about: Topic, text: string, draft: Draft): Pick<Reject, 'reason' | 'detail'> | undefined {
  if (about.kind === 'state') readState(text, draft);
  else if (about.kind === 'connection') readConnection(text, draft);
  else {
    const json = readJson(text);
    if (!('ok' in json)) return json.refusal;
    if (about.kind === 'telemetry') readTelemetry(json.ok, draft);
    else if (about.kind === 'sensor') readSensor(json.ok, about.sensor, draft);
    else readEvents(json.ok, draft);
  }
  return undefined;
}
