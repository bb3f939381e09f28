/**
 * The one connection of a browser to the live stream: replayed from the last event seen, watched by its heartbeat, opened again
 * when it breaks. After sleep it has everything read again before it goes on, so that nothing old stays on the screen.
 */
import type { StreamEvent } from '#shared/model/api/stream.ts';
import { MOST_SENSORS } from '#shared/model/live.ts';
import { SseParser } from './sse.ts';

export interface StreamState {
  readonly link: 'connecting' | 'live' | 'lost';
  /** When the server last gave a sign of life, epoch ms. */
  readonly at: number | undefined;
}

export interface Told {
  readonly event: StreamEvent;
  /** Last event with an id until then, for a replay. */
  readonly id: string | undefined;
}

export interface ConnectionParts {
  /** Asks the server for the stream. */
  readonly ask: (sensors: readonly string[], lastId: string | undefined, signal: AbortSignal) => Promise<Response>;
  readonly tell: (told: Told) => void;
  readonly changed: (state: StreamState) => void;
}

/** Without any sign for this long the connection counts as lost; the server's heartbeat is several times faster. */
const SILENT_MS = 40_000;
/** A timer that fires this much late means that the computer slept. */
const SLEPT_MS = 30_000;
const WATCH_MS = 5_000;
const BACKOFF_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;
/** A stream that the server ended after this time is asked for again at once: who may see what has changed. */
const LIVED_MS = 1_000;
/** Wishes that come together are one request. */
const GATHER_MS = 150;
/** Pages that read before the stream was there have missed nothing within this time. */
const PROMPT_MS = 1_000;
/** The address must fit into the head of a request; characters. */
const MOST_TEXT = 10_000;

export class StreamConnection {
  readonly #parts: ConnectionParts;
  #state: StreamState = { link: 'connecting', at: undefined };
  #wanted: readonly string[] = [];
  /** Sensors the server would not tell of: one that is gone must not cost all others their news. */
  #refused = '';
  #lastId: string | undefined;
  #abort: AbortController | undefined;
  #running = false;
  #startedAt = 0;
  #failures = 0;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #reopen: ReturnType<typeof setTimeout> | undefined;
  #lastWatch = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  get state(): StreamState {
    return this.#state;
  }

  get lastId(): string | undefined {
    return this.#lastId;
  }

  /** `lastId`: replays what came after it. */
  start(lastId: string | undefined): void {
    if (this.#running) return;
    this.#running = true;
    this.#lastId = lastId;
    this.#startedAt = this.#lastWatch = Date.now();
    this.#watchdog = setInterval(() => this.#look(), WATCH_MS);
    this.#state = { link: 'connecting', at: undefined };
    this.#reopen = setTimeout(() => this.#connectAgain());
  }

  stop(): void {
    this.#running = false;
    clearInterval(this.#watchdog);
    clearTimeout(this.#retry);
    clearTimeout(this.#reopen);
    this.#abort?.abort();
  }

  /** From now on the readings of these sensors (`machine/sensor`) are wanted; more than the server allows are left out. */
  want(sensors: readonly string[]): void {
    let room = MOST_TEXT;
    const wanted = sensors.slice(0, MOST_SENSORS).filter((sensor) => (room -= sensor.length + 3) > 0);
    const told = new Set(this.#wanted);
    const known = wanted.length > 0 === told.size > 0 && wanted.every((sensor) => told.has(sensor));
    // What nobody wants any more costs less than a new connection, until another is wanted.
    if (this.#running && known) return;
    this.#wanted = wanted;
    if (!this.#running) return;
    clearTimeout(this.#reopen);
    this.#reopen = setTimeout(() => this.#connectAgain(), GATHER_MS);
  }

  #look(): void {
    const now = Date.now();
    const slept = now - this.#lastWatch > SLEPT_MS;
    this.#lastWatch = now;
    const silent = this.#state.at !== undefined && now - this.#state.at > SILENT_MS;
    if (slept) this.#resync('slept');
    if ((slept || silent) && this.#state.link === 'live') this.#connectAgain();
  }

  #connectAgain(): void {
    this.#abort?.abort();
    clearTimeout(this.#retry);
    clearTimeout(this.#reopen);
    this.#open();
  }

  #open(): void {
    const abort = new AbortController();
    this.#abort = abort;
    const opened = Date.now();
    void this.#read(abort.signal).then(
      () => this.#lost(abort, Date.now() - opened >= LIVED_MS),
      () => this.#lost(abort, false),
    );
  }

  async #read(signal: AbortSignal): Promise<void> {
    const sensors = this.#wanted.join() === this.#refused ? [] : this.#wanted;
    const response = await this.#parts.ask(sensors, this.#lastId, signal);
    if (response.status === 401) {
      this.#resync('session');
      throw new Error('the session has ended');
    }
    if (response.status === 404 && sensors.length > 0) {
      this.#refused = sensors.join();
      this.#resync('sensors');
    }
    if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
    this.#failures = 0;
    if (this.#lastId === undefined && Date.now() - this.#startedAt > PROMPT_MS) this.#resync('late');
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
        if (parsed !== undefined) this.#parts.tell({ event: { event, data: parsed } as StreamEvent, id });
      }
      this.#alive(Date.now());
    }
  }

  /** `atOnce`: the server ended an orderly stream. */
  #lost(abort: AbortController, atOnce: boolean): void {
    if (abort !== this.#abort || !this.#running || abort.signal.aborted) return;
    if (atOnce) return this.#open();
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
    this.#parts.changed(state);
  }

  #resync(why: string): void {
    this.#parts.tell({ event: { event: 'resync', data: { why } }, id: this.#lastId });
  }
}

function parseData(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
