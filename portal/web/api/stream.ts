/**
 * The live stream of one browser tab: opened once, replayed from the last event seen, watched by its heartbeat. After sleep the
 * page reads everything again before the stream goes on, so that nothing old stays on the screen. A browser keeps six
 * connections to one server, for all of its tabs and for the pages it keeps to go back to: who is not looked at holds none.
 */
import type { StreamEvent } from '#shared/model/api/stream.ts';
import { urlOf } from './client.ts';
import { SseParser } from './sse.ts';

export interface StreamState {
  readonly link: 'connecting' | 'live' | 'lost';
  /** When the server last gave a sign of life, epoch ms. */
  readonly at: number | undefined;
}

/** Without any sign for this long the connection counts as lost; the server's heartbeat is several times faster. */
const SILENT_MS = 40_000;
/** A timer that fires this much late means that the computer slept. */
const SLEPT_MS = 30_000;
const WATCH_MS = 5_000;
const BACKOFF_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;

export class LiveStream {
  readonly #listeners = new Set<(event: StreamEvent) => void>();
  readonly #watchers = new Set<() => void>();
  readonly #wanted = new Map<string, number>();
  #state: StreamState = { link: 'connecting', at: undefined };
  #lastId: string | undefined;
  #abort: AbortController | undefined;
  #running = false;
  #hidden = false;
  #failures = 0;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #reopen: ReturnType<typeof setTimeout> | undefined;
  #lastWatch = 0;

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
    this.#reopenSoon();
    return () => {
      for (const sensor of sensors) {
        const left = (this.#wanted.get(sensor) ?? 1) - 1;
        if (left > 0) this.#wanted.set(sensor, left);
        else this.#wanted.delete(sensor);
      }
      this.#reopenSoon();
    };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#lastWatch = Date.now();
    this.#watchdog = setInterval(() => this.#look(), WATCH_MS);
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#hidden = document.visibilityState === 'hidden';
    this.#open();
  }

  stop(): void {
    this.#running = false;
    clearInterval(this.#watchdog);
    clearTimeout(this.#retry);
    clearTimeout(this.#reopen);
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#abort?.abort();
    this.#lastId = undefined;
  }

  readonly #onVisibility = (): void => {
    const hidden = document.visibilityState === 'hidden';
    if (hidden === this.#hidden) return;
    this.#hidden = hidden;
    if (hidden) {
      clearTimeout(this.#retry);
      this.#abort?.abort();
      return;
    }
    this.#lastWatch = Date.now();
    this.#tell({ event: 'resync', data: { why: 'hidden' } });
    this.#open();
  };

  #look(): void {
    if (this.#hidden) return;
    const now = Date.now();
    const slept = now - this.#lastWatch > SLEPT_MS;
    this.#lastWatch = now;
    const silent = this.#state.at !== undefined && now - this.#state.at > SILENT_MS;
    if (slept) this.#tell({ event: 'resync', data: { why: 'slept' } });
    if ((slept || silent) && this.#state.link === 'live') this.#connectAgain();
  }

  #reopenSoon(): void {
    if (!this.#running) return;
    clearTimeout(this.#reopen);
    this.#reopen = setTimeout(() => this.#connectAgain(), 150);
  }

  #connectAgain(): void {
    this.#abort?.abort();
    clearTimeout(this.#retry);
    this.#open();
  }

  #open(): void {
    if (this.#hidden) return;
    const abort = new AbortController();
    this.#abort = abort;
    void this.#read(abort.signal).then(
      () => this.#lost(abort),
      () => this.#lost(abort),
    );
  }

  async #read(signal: AbortSignal): Promise<void> {
    const headers = new Headers({ accept: 'text/event-stream' });
    if (this.#lastId !== undefined) headers.set('last-event-id', this.#lastId);
    const sensors = [...this.#wanted.keys()].sort().join(',');
    const response = await fetch(urlOf('/stream', { sensors: sensors || undefined }), {
      headers,
      signal,
      credentials: 'same-origin',
    });
    if (response.status === 401) {
      this.#tell({ event: 'resync', data: { why: 'session' } });
      throw new Error('the session has ended');
    }
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    this.#failures = 0;
    this.#set({ link: 'live', at: Date.now() });
    const parser = new SseParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = parser.push(value);
      if (events.length === 0) continue;
      for (const { event, data, id } of events) {
        if (id !== undefined) this.#lastId = id;
        const parsed = parseData(data);
        if (parsed !== undefined) this.#tell({ event, data: parsed } as StreamEvent);
      }
      this.#alive(Date.now());
    }
  }

  #lost(abort: AbortController): void {
    if (abort !== this.#abort || !this.#running || abort.signal.aborted) return;
    this.#set({ link: 'lost', at: this.#state.at });
    const wait = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)] ?? 30_000;
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#open(), wait * (0.75 + Math.random() / 2));
  }

  /** The sign of life is shown to the second, so it is told at most once a second. */
  #alive(now: number): void {
    if (this.#state.link !== 'live' || now - (this.#state.at ?? 0) >= 1_000) this.#set({ link: 'live', at: now });
  }

  #set(state: StreamState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }

  #tell(event: StreamEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function parseData(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
