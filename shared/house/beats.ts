/** The heartbeats that have come as far as this stage. */
export class Beats {
  readonly #gapMs: number;
  #at: number | null = null;
  #since: number | null = null;

  /** After `gapMs` without any, a new series begins. */
  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  /** One came that was received at `at`, epoch ms. */
  take(at: number): void {
    if (this.#at === null || at - this.#at > this.#gapMs) this.#since = at;
    this.#at = Math.max(at, this.#at ?? at);
  }

  /** When the newest was received; null before the first. */
  get at(): number | null {
    return this.#at;
  }

  /** Since when they come without a gap. */
  get since(): number | null {
    return this.#since;
  }
}
