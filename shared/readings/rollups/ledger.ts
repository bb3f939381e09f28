/** What the writing process knows of the rollups: which hours of which machine it may not leave as they are. */
import type { Reading, Refused } from '../port.ts';
import { wholeBefore } from './grid.ts';
import { type Mark, type RollupState, UNIT_MS } from './port.ts';

export class Ledger {
  /** As it is in the store, or will be as soon as what is being rolled up is done: whatever is late for it is marked. */
  #state: RollupState;
  /** Marked in the store. */
  readonly #marked = new Set<string>();
  /** Being rolled up again, and without new readings since that began. */
  #redoing = new Set<string>();

  constructor(state: RollupState) {
    this.#state = state;
  }

  get state(): RollupState {
    return this.#state;
  }

  /** The store knows of no rollups, so of no marks. */
  begin(state: RollupState): void {
    this.#state = state;
    this.#marked.clear();
    this.#redoing.clear();
  }

  change(state: Partial<RollupState>): void {
    this.#state = { ...this.#state, ...state };
  }

  /** Parts what is older than the readings kept, which would replace a rollup of all that was there. */
  sift(readings: readonly Reading[]): { readonly kept: readonly Reading[]; readonly refused: readonly Refused[] } {
    const { rawFrom } = this.#state;
    if (!readings.some(({ ts }) => ts < rawFrom)) return { kept: readings, refused: [] };
    const detail = `older than ${new Date(rawFrom).toISOString()}: readings before are no longer kept`;
    const refused = readings.filter(({ ts }) => ts < rawFrom).map((reading) => ({ reading, detail }));
    return { kept: readings.filter(({ ts }) => ts >= rawFrom), refused };
  }

  /** Hours rolled up to which these readings are late, and that are to be marked before the readings are stored. */
  touch(readings: readonly Reading[]): Mark[] {
    const { from, to } = this.#state;
    const unmarked = new Map<string, Mark>();
    for (const { machine, ts } of readings) {
      if (ts < from || ts >= to) continue;
      const mark = { machine, hour: wholeBefore(ts, UNIT_MS.hour) };
      const key = keyOf(mark);
      this.#redoing.delete(key);
      if (!this.#marked.has(key)) unmarked.set(key, mark);
    }
    return [...unmarked.values()];
  }

  marked(marks: readonly Mark[]): void {
    for (const mark of marks) this.#marked.add(keyOf(mark));
  }

  /** From here on readings for these hours are noticed. */
  redo(marks: readonly Mark[]): void {
    this.#redoing = new Set(marks.map(keyOf));
  }

  /** Those that got no reading since, and whose marks are to be cleared now. */
  redone(marks: readonly Mark[]): Mark[] {
    const done = marks.filter((mark) => this.#redoing.has(keyOf(mark)));
    this.#redoing.clear();
    for (const mark of done) this.#marked.delete(keyOf(mark));
    return done;
  }
}

function keyOf({ machine, hour }: Mark): string {
  return `${hour} ${machine}`;
}
