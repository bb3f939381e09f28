/** The one door to mqtt.js: a single connection, from its CONNECT to its end. Connecting again is `link.ts`. */
import mqtt, { type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt';

export interface MqttOptions {
  /** `mqtt://host:1883`, `mqtts://…`; may carry user and password. */
  readonly url: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificates (PEM) of who may have signed the broker's; default: the authorities Node knows. */
  readonly ca?: string;
  /** 4 is MQTT 3.1.1. */
  readonly version: 4 | 5;
  readonly keepaliveSeconds: number;
  /** How long the broker is to keep subscriptions and unacknowledged messages after a connection; 0: not at all. */
  readonly sessionSeconds: number;
}

export interface MqttMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** To acknowledge it by; 0 where nothing is acknowledged (QoS 0). */
  readonly id: number;
  /** Kept by the broker from before we subscribed. */
  readonly retained: boolean;
}

export interface MqttEnd {
  /** One clause for a person. */
  readonly reason: string;
  /** Reason code of the broker's refusal or farewell, where it gave one. */
  readonly code: number | undefined;
  /** The other side ended it without a word. */
  readonly hungUp: boolean;
}

export interface MqttHandlers {
  /** The broker accepted us; whether it still had our session. */
  opened(sessionPresent: boolean): void;
  /** Nothing is acknowledged by itself. The next message comes once `next` was called. */
  message(message: MqttMessage, next: () => void): void;
  /** The connection is over, or never came about; once, and nothing follows. */
  closed(end: MqttEnd): void;
}

export interface MqttConnection {
  /** Acknowledges QoS 1 messages of this very connection, in the order given; nothing once it is over. */
  acknowledge(ids: readonly number[]): void;
  /** Subscribes with QoS 1, without what the broker has retained; resolves with the filters it refuses. */
  subscribe(filters: readonly string[]): Promise<string[]>;
  /** Follows what the broker tells of itself, from what it told last on (QoS 0, retained); resolves false where it refuses. */
  follow(topic: string): Promise<boolean>;
  /**
   * Resolves when the broker has acknowledged (QoS 1), with its reason where it refuses the message. May never settle when
   * the connection ends first.
   */
  publish(topic: string, payload: Uint8Array | string, retain?: boolean): Promise<string | undefined>;
  /** Says goodbye and closes; `closed` follows. */
  end(): void;
}

export type OpenMqtt = (options: MqttOptions, handlers: MqttHandlers) => MqttConnection;

/** mqtt.js takes an error for "do not acknowledge, go on with the next"; test/contract/broker-faults.test.ts holds it to that. */
const HELD = new Error('held');
const END_WITHIN_MS = 1_000;
const CONNECT_WITHIN_MS = 10_000;

export const openMqtt: OpenMqtt = (options, handlers) => new Connection(options, handlers);

class Connection implements MqttConnection {
  readonly #client: MqttClient;
  #over = false;
  #ending = false;
  #problem: { error?: unknown; code?: number | undefined } = {};

  constructor(options: MqttOptions, handlers: MqttHandlers) {
    const { url, version, sessionSeconds, keepaliveSeconds, clientId, username, password, ca } = options;
    const client = mqtt.connect(url, {
      clientId,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(ca !== undefined && { ca }),
      protocolVersion: version,
      keepalive: keepaliveSeconds,
      clean: sessionSeconds === 0,
      reconnectPeriod: 0,
      resubscribe: false,
      connectTimeout: CONNECT_WITHIN_MS,
      ...(version === 5 && { properties: { receiveMaximum: 1_000, sessionExpiryInterval: sessionSeconds } }),
    });
    this.#client = client;
    client.handleMessage = (packet, done) => {
      const { topic, payload, qos, messageId, retain } = packet as IPublishPacket;
      const id = qos === 1 ? (messageId ?? 0) : 0;
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      handlers.message({ topic, payload: bytes, id, retained: retain }, () => done(id === 0 ? undefined : HELD));
    };
    client.on('connect', (connack: IConnackPacket) => handlers.opened(connack.sessionPresent));
    client.on('error', (error) => {
      this.#problem = { error, code: codeOf(error) ?? this.#problem.code };
    });
    client.on('disconnect', (packet) => {
      this.#problem = { code: packet.reasonCode };
    });
    client.on('close', () => {
      if (this.#over) return;
      this.#over = true;
      const { error, code } = this.#problem;
      const hungUp = code === undefined && (error === undefined || systemCode(error) === 'ECONNRESET');
      handlers.closed({ reason: describe(this.#problem), code, hungUp });
    });
  }

  acknowledge(ids: readonly number[]): void {
    if (this.#over || !this.#client.connected || ids.length === 0) return;
    const bytes = Buffer.allocUnsafe(ids.length * 4);
    let at = 0;
    for (const id of ids) at = bytes.writeUInt16BE(id, bytes.writeUInt16BE(0x4002, at));
    this.#client.stream.write(bytes);
  }

  async subscribe(filters: readonly string[]): Promise<string[]> {
    const refused: string[] = [];
    for (const filter of filters) {
      try {
        await this.#client.subscribeAsync(filter, { qos: 1, rh: 2 });
      } catch (error) {
        if (this.#over) throw error;
        refused.push(filter);
      }
    }
    return refused;
  }

  async follow(topic: string): Promise<boolean> {
    try {
      await this.#client.subscribeAsync(topic, { qos: 0 });
      return true;
    } catch (error) {
      if (this.#over) throw error;
      return false;
    }
  }

  publish(topic: string, payload: Uint8Array | string, retain = false): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const bytes =
        typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length);
      this.#client.publish(topic, bytes, { qos: 1, retain }, (error) => {
        if (error && codeOf(error) === undefined) reject(error);
        else resolve(error?.message);
      });
    });
  }

  end(): void {
    if (this.#over || this.#ending) return;
    this.#ending = true;
    const force = setTimeout(() => this.#client.stream.destroy(), END_WITHIN_MS);
    this.#client.once('close', () => clearTimeout(force));
    if (this.#client.connected) this.#client.end();
    else this.#client.end(true);
  }
}

function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Never the error itself: it may carry options with the password. */
function describe({ error, code }: { error?: unknown; code?: number | undefined }): string {
  if (systemCode(error) === 'ECONNREFUSED') return 'nobody listens there (ECONNREFUSED)';
  if (error instanceof Error) return error.message || (systemCode(error) ?? error.name);
  return code === undefined ? 'the connection ended' : `the broker ended the connection (reason ${code})`;
}
