/** Publishes the house's heartbeat: it goes to the broker and comes back, like what machines send. */
import type { Log } from '#shared/process/log.ts';
import type { MessageSource } from './broker/port.ts';
import type { Clock } from './intake.ts';

export interface HeartParts {
  readonly publish: MessageSource['publish'];
  readonly topic: string;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** The first beat is tried so often until the broker takes it: a house that has begun is not watched blindly for a minute. */
const FIRST_EVERY_MS = 1_000;

export class Heart {
  readonly name = 'heart';
  readonly #parts: HeartParts;
  #end: (() => void) | undefined;
  #beating: Promise<void> | undefined;
  #failing = false;
  #stopped = false;

  constructor(parts: HeartParts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    const { clock, everyMs } = this.#parts;
    this.#end = clock.every(Math.min(FIRST_EVERY_MS, everyMs), () => {
      void this.#beat().then((taken) => {
        if (!taken || this.#stopped) return;
        this.#end?.();
        this.#end = clock.every(everyMs, () => void this.#beat());
      });
    });
    return Promise.resolve();
  }

  /** Does not wait for a beat on its way: a broker that is away would keep the house from ending. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#end?.();
    return Promise.resolve();
  }

  /** False where the broker does not take it, or the one before is still on its way. */
  async #beat(): Promise<boolean> {
    if (this.#beating !== undefined) return false;
    let taken = false;
    this.#beating = this.#publish().then(
      () => {
        taken = true;
        this.#failing = false;
      },
      (error: unknown) => {
        if (!this.#failing && !this.#stopped)
          this.#parts.log.warn({ err: error }, 'the heartbeat cannot be published; trying again');
        this.#failing = true;
      },
    );
    await this.#beating;
    this.#beating = undefined;
    return taken;
  }

  #publish(): Promise<void> {
    const { publish, topic, clock } = this.#parts;
    return publish(topic, Buffer.from(JSON.stringify({ ts: clock.now() })));
  }
}
