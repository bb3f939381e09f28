import { type LinkOptions, MqttLink } from './link.ts';
import type { MqttConnection, MqttEnd } from './mqtt.ts';
import type { SourceState } from './port.ts';

export interface PublisherOptions extends Omit<LinkOptions, 'sessionSeconds' | 'keepaliveSeconds'> {
  /** Most messages sent and not yet acknowledged. */
  readonly window?: number;
  /** Wait for a broker that is away already at the start, instead of saying so. */
  readonly patient?: boolean;
}

interface Sent {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly retain: boolean;
}

/**
 * Publishes with QoS 1 and keeps each message until the broker has acknowledged it: what a connection took with it is
 * published again, in order, by the next.
 */
export class Publisher {
  readonly #link: MqttLink;
  readonly #window: number;
  readonly #patient: boolean;
  readonly #unacknowledged = new Set<Sent>();
  readonly #waiting: { readonly when: () => boolean; readonly resolve: () => void }[] = [];
  #connection: MqttConnection | undefined;
  #first: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #acknowledged = 0;
  #refused: { readonly topic: string; readonly reason: string }[] = [];

  constructor(options: PublisherOptions) {
    const { window = 500, patient = false, ...link } = options;
    this.#window = window;
    this.#patient = patient;
    this.#link = new MqttLink(
      { ...link, keepaliveSeconds: 30, sessionSeconds: 0 },
      {
        opened: (connection) => this.#opened(connection),
        message: (_message, next) => next(),
        closed: (end) => this.#closed(end),
      },
    );
  }

  /** Resolves when connected; rejects when the broker cannot be reached or refuses us, unless `patient`. */
  start(): Promise<void> {
    this.#link.start();
    if (this.#patient) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#first = { resolve, reject };
    });
  }

  /** Resolves when the message is on its way and the window has room for the next. */
  async publish(topic: string, payload: Uint8Array | string, retain = false): Promise<void> {
    const message = { topic, payload, retain };
    this.#unacknowledged.add(message);
    if (this.#connection !== undefined) this.#send(this.#connection, message);
    if (this.#unacknowledged.size >= this.#window) await this.#until(() => this.#unacknowledged.size < this.#window);
  }

  /** Resolves when every message published so far is acknowledged. */
  async flush(): Promise<void> {
    if (this.#unacknowledged.size > 0) await this.#until(() => this.#unacknowledged.size === 0);
  }

  /** Messages the broker has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** What the broker has refused since the last call (MQTT 5 alone says so); not published again. */
  takeRefused(): readonly { readonly topic: string; readonly reason: string }[] {
    const refused = this.#refused;
    this.#refused = [];
    return refused;
  }

  state(): SourceState {
    return this.#link.state();
  }

  /** Ends the connection; what is not acknowledged by then is given up. */
  async stop(): Promise<void> {
    this.#unacknowledged.clear();
    this.#settle();
    await this.#link.stop();
  }

  #opened(connection: MqttConnection): void {
    this.#connection = connection;
    this.#first?.resolve();
    this.#first = undefined;
    for (const message of this.#unacknowledged) this.#send(connection, message);
  }

  #closed({ reason }: MqttEnd): void {
    this.#connection = undefined;
    if (this.#first === undefined) return;
    const { reject } = this.#first;
    this.#first = undefined;
    void this.#link.stop();
    reject(new Error(`${this.#link.state().detail.replace(/\.$/, '')}: ${reason}.`));
  }

  #send(connection: MqttConnection, message: Sent): void {
    connection.publish(message.topic, message.payload, message.retain).then(
      (refusal) => {
        if (!this.#unacknowledged.delete(message)) return;
        if (refusal === undefined) this.#acknowledged++;
        else this.#refused.push({ topic: message.topic, reason: refusal });
        this.#settle();
      },
      // Still unacknowledged: the next connection sends it again, so there has to be a next.
      () => connection.end(),
    );
  }

  #until(when: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ when, resolve });
    });
  }

  #settle(): void {
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      if (this.#waiting[i]?.when() === true) this.#waiting.splice(i, 1)[0]?.resolve();
    }
  }
}
