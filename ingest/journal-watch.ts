/** Says in time that the journal nears its limit, beyond which nothing is acknowledged and the broker keeps the messages. */
import type { Log } from '#shared/process/log.ts';
import type { Clock } from './intake.ts';

const LOOK_EVERY_MS = 10_000;
/** It is told past this part of the limit, and told to be over below the other. */
const TOLD_FROM = 0.8;
const OVER_BELOW = 0.7;
/** While it lasts it is told again so often. */
const AGAIN_MS = 3_600_000;

export interface JournalUsage {
  readonly bytes: number;
  readonly limitBytes: number;
}

export interface JournalWatchParts {
  readonly usage: () => JournalUsage;
  readonly clock: Clock;
  readonly log: Log;
}

export class JournalWatch {
  readonly name = 'journal watch';
  readonly #parts: JournalWatchParts;
  #toldAt: number | undefined;
  #end: (() => void) | undefined;

  constructor(parts: JournalWatchParts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    this.#end = this.#parts.clock.every(LOOK_EVERY_MS, () => this.#look());
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#end?.();
    return Promise.resolve();
  }

  /** Whether the warning stands. */
  get isNearlyFull(): boolean {
    return this.#toldAt !== undefined;
  }

  #look(): void {
    const { usage, clock, log } = this.#parts;
    const { bytes, limitBytes } = usage();
    const part = bytes / limitBytes;
    const now = clock.now();
    if (part >= TOLD_FROM && (this.#toldAt === undefined || now - this.#toldAt >= AGAIN_MS)) {
      this.#toldAt = now;
      log.warn(
        { bytes, limitBytes },
        `the journal has filled ${Math.floor(100 * part)} % of its limit because a reader is behind; at 100 % messages wait at the broker. See what keeps that reader, or raise JOURNAL_LIMIT_MB`,
      );
    } else if (part < OVER_BELOW && this.#toldAt !== undefined) {
      this.#toldAt = undefined;
      log.info({ bytes, limitBytes }, 'the journal has room again');
    }
  }
}
