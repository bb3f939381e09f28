import { type Entry, JournalUnavailable, type JournalWriter, type Position } from '#shared/journal/port.ts';
import { type Note, writeNote } from '#shared/telemetry/note.ts';
import { MAX_PAYLOAD_BYTES } from '#shared/telemetry/payload.ts';
import type { IncomingMessage, MessageSource } from './broker/port.ts';

/** The time, handed in. */
export interface Clock {
  now(): number;
  /** Calls `work` every `ms`; returns how to end that. */
  every(ms: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  every(ms, work) {
    const timer = setInterval(work, ms);
    return () => clearInterval(timer);
  },
};

export interface IntakeOptions {
  readonly source: MessageSource;
  readonly journal: Pick<JournalWriter, 'append'>;
  readonly clock: Clock;
  /** Topic of the house's own heartbeat, and who is told that one is in the journal, with its time of receipt (epoch ms). */
  readonly heartbeat?: { readonly topic: string; readonly stored: (at: number) => void };
}

const TICK_MS = 1_000;
const NOTHING = new Uint8Array();

/** What comes in goes into the journal: messages, a tick each second, and from where on a configuration holds. */
export class Intake {
  readonly #source: MessageSource;
  readonly #journal: Pick<JournalWriter, 'append'>;
  readonly #clock: Clock;
  readonly #heartbeat: IntakeOptions['heartbeat'];
  readonly #counts = { messages: 0, bytes: 0, cut: 0, ticks: 0, ticksMissed: 0 };
  #stopTicks: (() => void) | undefined;
  #stopped = false;
  #isStoring = true;

  constructor(options: IntakeOptions) {
    this.#source = options.source;
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#heartbeat = options.heartbeat;
  }

  async start(): Promise<void> {
    this.#stopTicks = this.#clock.every(TICK_MS, () => {
      this.#tick().then(
        () => {
          this.#isStoring = true;
        },
        () => {
          this.#isStoring = false;
          this.#counts.ticksMissed++;
        },
      );
    });
    await this.#source.start((messages) => this.#take(messages));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopTicks?.();
    await this.#source.stop();
  }

  /**
   * Lets configuration `version` hold from here on; resolves when that is durable. While the journal refuses it is tried
   * again each second; rejects once the intake is stopped.
   */
  configure(version: number): Promise<Position> {
    return this.#insist('config', Buffer.from(JSON.stringify({ version })));
  }

  /** Notes what was learned of the way the messages come; like `configure`. */
  note(note: Note): Promise<Position> {
    return this.#insist('note', writeNote(note));
  }

  async #insist(kind: 'config' | 'note', payload: Uint8Array): Promise<Position> {
    for (;;) {
      try {
        return await this.#journal.append([{ kind, at: this.#clock.now(), topic: '', payload }]);
      } catch (error) {
        if (this.#stopped || !(error instanceof JournalUnavailable)) throw error;
        await this.#nextSecond();
      }
    }
  }

  /** Whether the journal took the last tick. */
  get isStoring(): boolean {
    return this.#isStoring;
  }

  /** Counted since the start, for metrics. */
  counts(): Readonly<{ messages: number; bytes: number; cut: number; ticks: number; ticksMissed: number }> {
    return { ...this.#counts };
  }

  async #take(messages: readonly IncomingMessage[]): Promise<void> {
    // Whether there is room is told by what we write anyway.
    if (messages.length === 0) return this.#tick();
    await this.#journal.append(messages.map(entryOf));
    this.#counts.messages += messages.length;
    for (const { topic, payload, at } of messages) {
      this.#counts.bytes += payload.length;
      if (payload.length > MAX_PAYLOAD_BYTES) this.#counts.cut++;
      if (topic === this.#heartbeat?.topic) this.#heartbeat.stored(at);
    }
  }

  async #tick(): Promise<void> {
    await this.#journal.append([{ kind: 'tick', at: this.#clock.now(), topic: '', payload: NOTHING }]);
    this.#counts.ticks++;
  }

  #nextSecond(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.#clock.every(TICK_MS, () => {
        end();
        resolve();
      });
    });
  }
}

/** Too long to be read: kept by one byte more than allowed, enough to be set aside as such without filling the disk. */
function entryOf({ topic, payload, at }: IncomingMessage): Entry {
  const cut = payload.length <= MAX_PAYLOAD_BYTES ? payload : payload.subarray(0, MAX_PAYLOAD_BYTES + 1);
  return { kind: 'message', at, topic, payload: cut };
}
