/** Which topics an identity may publish to and subscribe to at the embedded broker. */
import type { Identity } from './credentials.ts';

export interface TopicRules {
  /** First level of the topics. */
  readonly prefix: string;
  /** Whether a machine of this name is known: nobody else speaks for it, be it as a Sparkplug device. */
  readonly isMachine: (name: string) => boolean;
}

const SPARKPLUG = 'spBv1.0';
const COMMANDS = new Set(['NCMD', 'DCMD', '+']);

/**
 * The house may publish anywhere but under `$`; a machine under `{prefix}/{machine}/…`, as the Sparkplug node of its name
 * (for its own parts, not for another machine as device), or as the device of its name.
 */
export function mayPublish({ prefix, isMachine }: TopicRules, identity: Identity, topic: string): boolean {
  if (topic.startsWith('$')) return false;
  if ('house' in identity) return true;
  const { machine } = identity;
  const [first, second, type, node, device] = topic.split('/');
  if (topic.startsWith(`${prefix}/${machine}/`)) return true;
  if (first !== SPARKPLUG || !second || !type) return false;
  return device === undefined ? node === machine : device === machine || (node === machine && !isMachine(device));
}

/** The house may subscribe to anything; a machine to its own topics and to Sparkplug commands for it. */
export function maySubscribe({ prefix }: TopicRules, identity: Identity, filter: string): boolean {
  if ('house' in identity) return true;
  const { machine } = identity;
  if (filter.startsWith(`${prefix}/${machine}/`)) return true;
  const [first, second, type, node, device] = filter.split('/');
  if (first !== SPARKPLUG) return false;
  if (second === 'STATE') return true;
  return (
    !!second && second !== '#' && COMMANDS.has(type ?? '') && (node === machine || (device === machine && node !== '#'))
  );
}

/** Whether the broker keeps the message for later subscribers: the machine's connection alone, for all else is old news. */
export function mayRetain({ prefix }: TopicRules, topic: string): boolean {
  return (
    topic.startsWith(`${prefix}/`) &&
    topic.endsWith('/connection') &&
    topic.split('/').length === prefix.split('/').length + 2
  );
}
