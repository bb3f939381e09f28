/**
 * The live stream as one tab knows it: told by the hub that all tabs of the browser share. A tab that nobody looks at takes no
 * part; it reads everything again when it is looked at.
 */
import type { StreamEvent } from '#shared/model/api/stream.ts';
import type { StreamState } from './connection.ts';
import { SIGN_MS, type ToHub, type ToTab } from './hub.ts';

/** Without a sign of the hub for this long, it went down with the tab that had started it, ms. */
const SILENT_MS = 3 * SIGN_MS;
/** A worker whose code did not come is asked for again, ms. */
const AGAIN_MS = 2_000;

/** Opens a way to the hub; `failed` is called where there is none. */
export type ReachHub = (failed: () => void) => MessagePort;

export class LiveStream {
  readonly #reach: ReachHub;
  readonly #listeners = new Set<(event: StreamEvent) => void>();
  readonly #watchers = new Set<() => void>();
  readonly #wanted = new Map<string, number>();
  #state: StreamState = { link: 'connecting', at: undefined };
  #port: MessagePort | undefined;
  #lastId: string | undefined;
  #heardAt = 0;
  #running = false;
  #signs: ReturnType<typeof setInterval> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(reach: ReachHub) {
    this.#reach = reach;
  }

  readonly getState = (): StreamState => this.#state;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  listen(listener: (event: StreamEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks for the readings of sensors (`machine/sensor`) until the returned function is called. */
  want(sensors: readonly string[]): () => void {
    for (const sensor of sensors) this.#wanted.set(sensor, (this.#wanted.get(sensor) ?? 0) + 1);
    this.#here();
    return () => {
      for (const sensor of sensors) {
        const left = (this.#wanted.get(sensor) ?? 1) - 1;
        if (left > 0) this.#wanted.set(sensor, left);
        else this.#wanted.delete(sensor);
      }
      this.#here();
    };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#signs = setInterval(() => this.#look(), SIGN_MS);
    document.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('pagehide', this.#leave);
    if (document.visibilityState !== 'hidden') this.#join();
  }

  stop(): void {
    this.#running = false;
    clearInterval(this.#signs);
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('pagehide', this.#leave);
    this.#leave();
    this.#lastId = undefined;
  }

  readonly #onVisibility = (): void => {
    const hidden = document.visibilityState === 'hidden';
    if (hidden === (this.#port === undefined)) return;
    if (hidden) this.#leave();
    else this.#comeBack('hidden');
  };

  /** Readings are not replayed, so that everything is read again. */
  #comeBack(why: string): void {
    this.#lastId = undefined;
    this.#join();
    this.#tell({ event: 'resync', data: { why } });
  }

  #join(): void {
    this.#leave();
    this.#heardAt = Date.now();
    const port = this.#reach(() => {
      if (port !== this.#port) return;
      this.#set({ link: 'lost', at: this.#state.at });
      this.#again = setTimeout(() => this.#join(), AGAIN_MS);
    });
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<ToTab>) => this.#hear(data);
    this.#here();
  }

  readonly #leave = (): void => {
    clearTimeout(this.#again);
    this.#say({ kind: 'bye' });
    this.#port?.close();
    this.#port = undefined;
  };

  #here(): void {
    this.#say({ kind: 'here', wants: [...this.#wanted.keys()], lastId: this.#lastId });
  }

  #say(message: ToHub): void {
    this.#port?.postMessage(message);
  }

  #look(): void {
    if (this.#port === undefined) return;
    if (Date.now() - this.#heardAt > SILENT_MS) this.#comeBack('silent');
    else this.#here();
  }

  #hear(message: ToTab): void {
    this.#heardAt = Date.now();
    if (message.kind === 'state') return this.#set(message.state);
    this.#lastId = message.id ?? this.#lastId;
    this.#tell(message.event);
  }

  #set(state: StreamState): void {
    if (state.link === this.#state.link && state.at === this.#state.at) return;
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }

  #tell(event: StreamEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
