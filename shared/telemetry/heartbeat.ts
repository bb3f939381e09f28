/** The house's own message, which goes the way of every other: what does not come through is told by those it does not reach. */
import { HOUSE } from '#shared/model/house.ts';

const TAIL = `/${HOUSE}/heartbeat`;

export function heartbeatTopic(prefix: string): string {
  return `${prefix}${TAIL}`;
}

/** No machine may publish there: none can be called so. */
export function isHeartbeat(prefix: string, topic: string): boolean {
  return topic.endsWith(TAIL) && topic.length === prefix.length + TAIL.length && topic.startsWith(prefix);
}
