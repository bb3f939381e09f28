/** Tells once in a while how far a replay is. */
import type { Publisher } from '../broker/publisher.ts';

interface ProgressParts {
  /** Readings there are. */
  readonly total: number;
  readonly publisher: Publisher;
  readonly begun: number;
  readonly clock: () => number;
  readonly err: (line: string) => void;
  readonly show?: (line: string) => void;
}

const SHOW_EVERY_MS = 250;
const TELL_EVERY_MS = 5000;

export class Progress {
  readonly #parts: ProgressParts;
  readonly #timer: NodeJS.Timeout;
  #readings = 0;
  #told: number;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
    this.#told = parts.begun;
    this.#timer = setInterval(() => this.#say(), SHOW_EVERY_MS);
  }

  tell(readings: number): void {
    this.#readings = readings;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#parts.show?.('');
  }

  #say(): void {
    const { show, err, clock } = this.#parts;
    if (show) show(this.#line());
    else if (clock() - this.#told >= TELL_EVERY_MS) {
      this.#told = clock();
      err(this.#line());
    }
  }

  #line(): string {
    const { total, publisher, begun, clock } = this.#parts;
    const seconds = Math.max(0.001, (clock() - begun) / 1000);
    const state = publisher.state();
    const waiting = state.connected ? '' : `; waiting: ${state.detail}`;
    const percent = Math.floor((100 * this.#readings) / total);
    return `${this.#readings} of ${total} readings (${percent} %), ${Math.round(publisher.acknowledged / seconds)} messages/s${waiting}`;
  }
}
