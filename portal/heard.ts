/** The last messages of machines that somebody looks at: kept in memory, and only while they are asked for. */
import type { Entry } from '#shared/journal/port.ts';
import type { Telemetry } from '#shared/telemetry/types.ts';
import type { HeardMessage } from './api/live.ts';

/** So many messages of a machine are kept. */
const KEPT = 20;
/** Whoever looks asks every few seconds; after this nobody does any more. */
const FORGOTTEN_AFTER_MS = 60_000;
const PAYLOAD_SHOWN_BYTES = 600;

interface Listened {
  askedAt: number;
  /** The newest first. */
  messages: readonly HeardMessage[];
}

export class Heard {
  readonly #prefix: string;
  readonly #listened = new Map<string, Listened>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** What has arrived since the first asking, the newest first. `now`: epoch ms. */
  of(machine: string, now: number): readonly HeardMessage[] {
    for (const [id, { askedAt }] of this.#listened) {
      if (now - askedAt > FORGOTTEN_AFTER_MS) this.#listened.delete(id);
    }
    const listened = this.#listened.get(machine) ?? { askedAt: now, messages: [] };
    listened.askedAt = now;
    this.#listened.set(machine, listened);
    return listened.messages;
  }

  /** Whose message it is says the topic, also where nothing of it could be read. */
  take({ at, topic, payload }: Entry, telemetry: Telemetry): void {
    if (this.#listened.size === 0 || !topic.startsWith(`${this.#prefix}/`)) return;
    const [machine = ''] = topic.slice(this.#prefix.length + 1).split('/', 1);
    const listened = this.#listened.get(machine);
    if (!listened) return;
    if (at - listened.askedAt > FORGOTTEN_AFTER_MS) {
      this.#listened.delete(machine);
      return;
    }
    const text = Buffer.from(payload.subarray(0, PAYLOAD_SHOWN_BYTES)).toString('utf8');
    const message = { at, topic, payload: text, bytes: payload.byteLength, telemetry };
    listened.messages = [message, ...listened.messages].slice(0, KEPT);
  }
}
