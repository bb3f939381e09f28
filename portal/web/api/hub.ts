/**
 * Shares one connection among the tabs of a browser, which keeps six connections to one server for all of them. It lives in a
 * shared worker, so no tab leads and any may close; where there are no shared workers (some phones) each tab has a hub of its own.
 */
import { type ConnectionParts, StreamConnection, type StreamState, type Told } from './connection.ts';

export type ToHub =
  /** Said at the beginning, whenever wishes change, and regularly as a sign of life. */
  | { readonly kind: 'here'; readonly wants: readonly string[]; readonly lastId: string | undefined }
  | { readonly kind: 'bye' };

export type ToTab = ({ readonly kind: 'event' } & Told) | { readonly kind: 'state'; readonly state: StreamState };

/** How often tabs and hub tell each other that they are there, ms. */
export const SIGN_MS = 3_000;
/** A tab unheard of for this long has crashed: it could not say good-bye. */
const GONE_MS = 4 * SIGN_MS;

interface Tab {
  wants: ReadonlySet<string>;
  heardAt: number;
}

export class StreamHub {
  readonly #connection: StreamConnection;
  readonly #tabs = new Map<MessagePort, Tab>();
  #signs: ReturnType<typeof setInterval> | undefined;

  constructor(ask: ConnectionParts['ask']) {
    this.#connection = new StreamConnection({
      ask,
      tell: (told) => this.#tell(told),
      changed: (state) => this.#toAll({ kind: 'state', state }),
    });
  }

  /** Whoever holds the other end of the port is told everything from its first word until it says good-bye. */
  join(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<ToHub>) => {
      if (data.kind === 'here') this.#here(port, data);
      else this.#leave([port]);
    };
  }

  #here(port: MessagePort, { wants, lastId }: Extract<ToHub, { kind: 'here' }>): void {
    const first = this.#tabs.size === 0;
    const known = this.#tabs.has(port);
    this.#tabs.set(port, { wants: new Set(wants), heardAt: Date.now() });
    this.#wish();
    if (first) {
      this.#signs = setInterval(() => this.#sign(), SIGN_MS);
      this.#connection.start(lastId);
    }
    if (known) return;
    post(port, { kind: 'state', state: this.#connection.state });
    // It was away while others were told: what it missed is not kept here.
    if (lastId !== undefined && Number(lastId) < Number(this.#connection.lastId ?? 0))
      post(port, { kind: 'event', event: { event: 'resync', data: { why: 'rejoined' } }, id: this.#connection.lastId });
  }

  #leave(ports: readonly MessagePort[]): void {
    if (ports.length === 0) return;
    for (const port of ports) this.#tabs.delete(port);
    if (this.#tabs.size > 0) return this.#wish();
    clearInterval(this.#signs);
    this.#connection.stop();
  }

  #wish(): void {
    const wants = new Set([...this.#tabs.values()].flatMap((tab) => [...tab.wants]));
    this.#connection.want([...wants].sort());
  }

  #sign(): void {
    const gone = [...this.#tabs].filter(([, { heardAt }]) => Date.now() - heardAt > GONE_MS);
    this.#leave(gone.map(([port]) => port));
    this.#toAll({ kind: 'state', state: this.#connection.state });
  }

  #tell(told: Told): void {
    const { event } = told;
    const sensor = event.event === 'reading' ? `${event.data.machine}/${event.data.sensor}` : undefined;
    for (const [port, { wants }] of this.#tabs)
      if (sensor === undefined || wants.has(sensor)) post(port, { kind: 'event', ...told });
  }

  #toAll(message: ToTab): void {
    for (const port of this.#tabs.keys()) post(port, message);
  }
}

function post(port: MessagePort, message: ToTab): void {
  port.postMessage(message);
}
