import { Listeners } from './listeners.ts';
import {
  type MqttConnection,
  type MqttEnd,
  type MqttMessage,
  type MqttOptions,
  type OpenMqtt,
  openMqtt,
} from './mqtt.ts';
import type { SourceState } from './port.ts';

export interface LinkOptions extends Omit<MqttOptions, 'version'> {
  /** Hands in the time. */
  readonly now: () => number;
  readonly open?: OpenMqtt;
  /** Names of the settings that hold user and password. */
  readonly loginSettings?: string;
  /** First pause before connecting again, doubled up to 20 times as much. */
  readonly pauseMs?: number;
}

export interface LinkHandlers {
  opened(connection: MqttConnection, sessionPresent: boolean): void;
  message(message: MqttMessage, next: () => void): void;
  /** The connection that was opened is over; or, with `wasOpen` false, could not be. */
  closed(end: MqttEnd, wasOpen: boolean): void;
}

/** The server does not speak MQTT 5: as 3.1.1 says it, and as 5 does. */
const VERSION_REFUSED = new Set([1, 132]);
/** A connection that lasted this long was a good one. */
const STEADY_MS = 5_000;
/** Another client has connected with our id. */
export const SESSION_TAKEN_OVER = 142;

/** Keeps a connection to a broker: connects again, ever more slowly, and falls back to MQTT 3.1.1 where 5 is refused. */
export class MqttLink {
  readonly #options: LinkOptions;
  readonly #handlers: LinkHandlers;
  readonly #listeners = new Listeners<SourceState>();
  readonly #server: string;
  #version: 4 | 5 = 5;
  #connection: MqttConnection | undefined;
  #open = false;
  #openedAt = 0;
  /** Connections the broker ended without having answered. */
  #mute = 0;
  /** The version was changed for the connection that is tried now. */
  #switched = false;
  #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #wanted = false;
  readonly #closed: (() => void)[] = [];
  #state: SourceState;

  constructor(options: LinkOptions, handlers: LinkHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#pauseMs = options.pauseMs ?? 250;
    this.#server = withoutPassword(options.url);
    this.#state = { connected: false, since: options.now(), detail: `Not connected to ${this.#server} yet.` };
  }

  start(): void {
    this.#wanted = true;
    if (this.#connection === undefined && this.#timer === undefined) this.#connect();
  }

  /** Ends the connection and stays away until `start`. */
  async stop(detail = `Not connected to ${this.#server}.`): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#connection?.end();
    while (this.#connection !== undefined) await new Promise<void>((resolve) => this.#closed.push(resolve));
    this.#tell(false, detail);
  }

  state(): SourceState {
    return this.#state;
  }

  onState(listener: (state: SourceState) => void): () => void {
    return this.#listeners.add(listener);
  }

  #connect(): void {
    const { open = openMqtt, now: _now, pauseMs: _pauseMs, loginSettings: _settings, ...options } = this.#options;
    const connection = open(
      { ...options, version: this.#version },
      {
        opened: (sessionPresent) => {
          this.#open = true;
          this.#openedAt = this.#options.now();
          this.#mute = 0;
          this.#tell(true, `Connected to ${this.#server} with MQTT ${this.#version === 5 ? '5' : '3.1.1'}.`);
          this.#handlers.opened(connection, sessionPresent);
        },
        message: (message, next) => this.#handlers.message(message, next),
        closed: (end) => this.#onClosed(end),
      },
    );
    this.#connection = connection;
  }

  #onClosed(end: MqttEnd): void {
    const wasOpen = this.#open;
    this.#open = false;
    this.#connection = undefined;
    for (const closed of this.#closed.splice(0)) closed();
    // At once, but not again and again where neither version is welcome.
    if (this.#wanted && !wasOpen && this.#speaksAnotherVersion(end) && !this.#switched) {
      this.#switched = true;
      return this.#connect();
    }
    this.#switched = false;
    this.#handlers.closed(end, wasOpen);
    if (!this.#wanted) return;
    this.#tell(false, `Not connected to ${this.#server}: ${end.reason}. ${mend(end, this.#options.loginSettings)}`);
    // A connection that ends again and again is no reason to hurry.
    if (wasOpen && this.#options.now() - this.#openedAt > STEADY_MS) this.#pauseMs = this.#options.pauseMs ?? 250;
    const pause = this.#pauseMs * (0.75 + Math.random() / 2);
    const longest = (this.#options.pauseMs ?? 250) * 20;
    this.#pauseMs = end.code === SESSION_TAKEN_OVER ? longest : Math.min(this.#pauseMs * 2, longest);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#connect();
    }, pause);
  }

  /** Some brokers say that they do not know MQTT 5, some just hang up. */
  #speaksAnotherVersion({ code, hungUp }: MqttEnd): boolean {
    if (hungUp) this.#mute++;
    if (!(code !== undefined && VERSION_REFUSED.has(code)) && this.#mute < 3) return false;
    this.#version = this.#version === 5 ? 4 : 5;
    this.#mute = 0;
    return true;
  }

  #tell(connected: boolean, detail: string): void {
    if (connected === this.#state.connected && detail === this.#state.detail) return;
    const since = connected === this.#state.connected ? this.#state.since : this.#options.now();
    this.#state = { connected, since, detail };
    this.#listeners.tell(this.#state);
  }
}

function mend({ code }: MqttEnd, settings = 'MQTT_USER and MQTT_PASSWORD'): string {
  if (code === 4 || code === 5 || code === 134 || code === 135) return `Check ${settings}; trying again.`;
  if (code === SESSION_TAKEN_OVER) return 'Another client uses the same client id or user; trying again.';
  return 'Trying again.';
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  parsed.password = '';
  parsed.username = '';
  return parsed.toString().replace(/\/$/, '');
}
