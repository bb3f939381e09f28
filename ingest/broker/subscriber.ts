import { setTimeout as sleep } from 'node:timers/promises';
import { GroupCommit, type Held } from './group-commit.ts';
import { type LinkOptions, MqttLink, SESSION_TAKEN_OVER } from './link.ts';
import { Listeners } from './listeners.ts';
import type { MqttConnection, MqttMessage } from './mqtt.ts';
import type { SessionMark } from './session-mark.ts';
import type { MessageSink, MessageSource, SourceCounts, SourceNotice, SourceState } from './port.ts';

export interface SubscriberOptions extends Omit<LinkOptions, 'sessionSeconds' | 'keepaliveSeconds'> {
  /** First level of the topics. */
  readonly prefix: string;
  readonly keepaliveSeconds?: number;
  readonly retryMs?: number;
  /** Default: a session of an earlier process is not known. */
  readonly mark?: Pick<SessionMark, 'lastAt' | 'set'>;
}

interface HeldMessage extends Held {
  readonly id: number;
}

const SESSION_SECONDS = 7 * 24 * 3600;
/** What mosquitto tells of messages that found no room in the queue of a subscriber that was away. */
const DROPPED_TOPIC = '$SYS/broker/publish/messages/dropped';
const PROBE_EVERY_MS = 1_000;
const PUBLISH_WITHIN_MS = 10_000;

/**
 * Subscribes to a broker with a session the broker keeps. A message is acknowledged once the sink has stored it, in the order
 * of arrival and on the very connection it came by: an acknowledgement that came late would acknowledge another message
 * of the same id. What is not acknowledged is the broker's to send again.
 */
export class Subscriber implements MessageSource {
  readonly #options: SubscriberOptions;
  readonly #link: MqttLink;
  readonly #notices = new Listeners<SourceNotice>();
  readonly #keepaliveMs: number;
  readonly #counts = { stored: 0, retained: 0, refused: 0, failures: 0 };
  #sink: MessageSink = () => Promise.reject(new Error('not started'));
  #held: GroupCommit<HeldMessage> | undefined;
  /** Goes on reading once less is held. */
  #parked: (() => void) | undefined;
  /** When a session with the broker was last known, be it of an earlier process; undefined where there was none. */
  #lostAt: number | undefined;
  /** What the broker told last of messages it dropped. */
  #drops: number | undefined;
  #connection: MqttConnection | undefined;
  #stopped = false;
  #away: Promise<void> | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    const { prefix: _prefix, retryMs: _retryMs, mark: _mark, keepaliveSeconds = 30, ...link } = options;
    this.#keepaliveMs = keepaliveSeconds * 1_000;
    this.#link = new MqttLink(
      { ...link, keepaliveSeconds, sessionSeconds: SESSION_SECONDS },
      {
        opened: (connection, sessionPresent) => this.#opened(connection, sessionPresent),
        message: (message, next) => this.#message(message, next),
        closed: ({ code }, wasOpen) => this.#closed(code, wasOpen),
      },
    );
  }

  async start(sink: MessageSink): Promise<void> {
    this.#sink = sink;
    this.#lostAt = this.#options.mark?.lastAt();
    this.#link.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    // Nothing more is read: what is held now is the last, stored and acknowledged where the disk lets us.
    if (this.#held?.isFailing === false) await this.#held.settled();
    await this.#held?.drop();
    await this.#link.stop();
    await this.#away;
  }

  /** Over the subscription's own connection: a broker that allows a user one connection would end it for a second. */
  async publish(topic: string, payload: Uint8Array): Promise<void> {
    const answered = this.#connection?.publish(topic, payload);
    if (answered === undefined) throw new Error('the broker is not connected');
    const late = sleep(PUBLISH_WITHIN_MS, 'no acknowledgement came', { ref: false });
    const refusal = await Promise.race([answered, late]);
    if (refusal !== undefined) throw new Error(`the broker did not take a message to ${topic}: ${refusal}`);
  }

  state(): SourceState {
    return this.#link.state();
  }

  counts(): SourceCounts {
    return { ...this.#counts };
  }

  onState(listener: (state: SourceState) => void): () => void {
    return this.#link.onState(listener);
  }

  onNotice(listener: (notice: SourceNotice) => void): () => void {
    return this.#notices.add(listener);
  }

  #opened(connection: MqttConnection, sessionPresent: boolean): void {
    this.#parked = undefined;
    this.#connection = connection;
    this.#held = new GroupCommit<HeldMessage>({
      sink: this.#sink,
      committed: (batch) => this.#committed(connection, batch),
      failed: (error, forMs) => this.#failed(error, forMs),
      ...(this.#options.retryMs !== undefined && { retryMs: this.#options.retryMs }),
    });
    if (!sessionPresent && this.#lostAt !== undefined) {
      const since = this.#lostAt;
      const said = `messages it held since ${new Date(since).toISOString()} may be missing`;
      this.#notices.tell({ kind: 'session-lost', detail: `The broker has lost our session: ${said}.`, since });
    }
    this.#options.mark?.set(this.#options.now());
    void this.#subscribe(connection);
  }

  /** At every connection: the session may be from before a subscription, or end between it and its answer. */
  async #subscribe(connection: MqttConnection): Promise<void> {
    const filters = [`${this.#options.prefix}/#`, 'spBv1.0/#'];
    try {
      const refused = await connection.subscribe(filters);
      for (const filter of refused) {
        this.#counts.refused++;
        this.#tell(
          'subscription-refused',
          `The broker refuses the subscription to ${filter}: allow it to our user there.`,
        );
      }
      if (refused.length === filters.length) return connection.end();
      // Another broker than mosquitto does not tell it, or not to us: then holes are found by the machines' own count alone.
      await connection.follow(DROPPED_TOPIC);
    } catch {
      // The connection is over; the next one subscribes.
    }
  }

  #message({ topic, payload, id, retained }: MqttMessage, next: () => void): void {
    // Not read on while stopping: what comes now stays with the broker.
    const held = this.#held;
    if (held === undefined || this.#stopped) return;
    if (topic === DROPPED_TOPIC) {
      this.#dropsTold(payload);
      return next();
    }
    held.add({ topic, payload, at: this.#options.now(), id, stale: retained });
    if (held.isFull) this.#parked = next;
    else next();
  }

  #dropsTold(payload: Uint8Array): void {
    const total = Number(Buffer.from(payload).toString('utf8'));
    if (!Number.isSafeInteger(total) || total < 0 || total === this.#drops) return;
    this.#drops = total;
    const detail = `The broker has dropped ${total} messages for its subscribers since it was started.`;
    this.#notices.tell({ kind: 'broker-drops', detail, total });
  }

  #committed(connection: MqttConnection, batch: readonly HeldMessage[]): void {
    const ids: number[] = [];
    let stale = 0;
    for (const message of batch) {
      if (message.id !== 0) ids.push(message.id);
      if (message.stale) stale++;
    }
    connection.acknowledge(ids);
    this.#counts.stored += batch.length - stale;
    this.#counts.retained += stale;
    if (this.#parked !== undefined && this.#held?.isHalfEmpty === true) {
      const next = this.#parked;
      this.#parked = undefined;
      next();
    }
  }

  #failed(error: unknown, forMs: number): void {
    this.#counts.failures++;
    if (forMs === 0) this.#tell('storing-fails', `Messages wait unacknowledged: ${messageOf(error)}`);
    if (this.#stopped) void this.#held?.drop();
    // Longer, and the broker would take our silence for death, again and again; so we leave until there is room.
    if (forMs >= this.#keepaliveMs / 2 && !this.#stopped) this.#away ??= this.#stayAway();
  }

  async #stayAway(): Promise<void> {
    const dropped = this.#held?.drop();
    await this.#link.stop('Not connected to the broker: received messages cannot be stored, the broker keeps them.');
    await dropped;
    while (!this.#stopped) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(PROBE_EVERY_MS, this.#keepaliveMs)));
      if (await this.#hasRoom()) break;
    }
    this.#away = undefined;
    if (this.#stopped) return;
    this.#tell('storing-again', 'Messages can be stored again; connecting to the broker.');
    this.#link.start();
  }

  async #hasRoom(): Promise<boolean> {
    try {
      await this.#sink([]);
      return true;
    } catch {
      this.#counts.failures++;
      return false;
    }
  }

  #closed(code: number | undefined, wasOpen: boolean): void {
    if (wasOpen) {
      this.#lostAt = this.#options.now();
      this.#options.mark?.set(this.#lostAt);
    }
    if (code === SESSION_TAKEN_OVER) {
      this.#tell(
        'client-id-in-use',
        'Another client connects with our client id or user: end it, or give it another one.',
      );
    }
    this.#connection = undefined;
    this.#parked = undefined;
    // Unacknowledged, so sent again; what the sink has already is stored twice at worst.
    void this.#held?.drop();
    this.#held = undefined;
  }

  #tell(kind: 'subscription-refused' | 'client-id-in-use' | 'storing-fails' | 'storing-again', detail: string): void {
    this.#notices.tell({ kind, detail });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
