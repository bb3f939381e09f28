/** Which machine speaks in a topic, and about what. */
import { ID_PATTERN } from '#shared/model/plant.ts';
import { quote } from './quote.ts';
import type { Reject } from './types.ts';

const LEAVES = ['telemetry', 'events', 'state', 'connection'] as const;

export type Topic =
  | { readonly kind: (typeof LEAVES)[number]; readonly machine: string }
  | { readonly kind: 'sensor'; readonly machine: string; readonly sensor: string };

const SPARKPLUG = 'spBv1.0/';

/** Reads `{prefix}/{machine}/…`; a topic that means nothing here becomes the reject that says so. */
export function readTopic(prefix: string, topic: string): Topic | { readonly reject: Reject } {
  if (topic.startsWith(SPARKPLUG)) {
    return refuse(
      'sparkplug',
      'Sparkplug B comes later and is not read yet; publish JSON under the topics of the MQTT contract meanwhile',
    );
  }
  const inside = topic.startsWith(prefix) && topic.charCodeAt(prefix.length) === 0x2f;
  const levels = inside ? topic.slice(prefix.length + 1).split('/') : [];
  const [machine, leaf, sensor] = levels;
  const kind = levels.length === 2 ? LEAVES.find((known) => known === leaf) : undefined;
  if (machine && kind) return foreignMachine(machine) ?? { kind, machine };
  if (machine && leaf === 'sensors' && sensor && levels.length === 3)
    return foreignMachine(machine) ?? { kind: 'sensor', machine, sensor };
  const known = `${prefix}/{machine}/ telemetry, sensors/{sensor}, events, state, connection`;
  return refuse('unknown-topic', `the topic ${quote(topic)} means nothing here; known are ${known}`);
}

function foreignMachine(machine: string): { readonly reject: Reject } | undefined {
  if (ID_PATTERN.test(machine)) return undefined;
  const detail = `the machine ${quote(machine)} cannot exist: ids are small letters, digits, ".", "_", "-", at most 64; publish under the id of the plant`;
  return refuse('unknown-machine', detail);
}

function refuse(reason: Reject['reason'], detail: string): { readonly reject: Reject } {
  return { reject: { reason, detail } };
}
