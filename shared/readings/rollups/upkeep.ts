/**
 * The steps by which a reading store is kept rolled up. Each may be cut off anywhere and made again. The order within each
 * is what makes that true: first late readings are marked from now on, then it is rolled up, then that is said.
 */
import type { Span } from '../spans.ts';
import { wholeBefore } from './grid.ts';
import type { Ledger } from './ledger.ts';
import { FIRST, type Mark, type Outdated, type Rollups, type RollupState, UNIT_MS } from './port.ts';

/** Marks looked at in one go. */
const MARKS = 500;
/** Hours of one machine rolled up again in one go. */
const LONGEST_MS = 7 * 24 * UNIT_MS.hour;

/** Runs `work` after all writes before it; those after it wait. */
type InTurn = <T>(work: (ledger: Ledger) => Promise<T>) => Promise<T>;

export class Upkeep {
  readonly #rollups: Rollups;
  readonly #inTurn: InTurn;

  constructor(rollups: Rollups, inTurn: InTurn) {
    this.#rollups = rollups;
    this.#inTurn = inTurn;
  }

  /** How far it has come; begins at the hour of `now` where nothing is rolled up yet. */
  async state(now: number): Promise<RollupState> {
    const known = await this.#rollups.state();
    if (known) return known;
    const hour = wholeBefore(now, UNIT_MS.hour);
    const begin = { from: hour, to: hour, rawFrom: FIRST, minutesFrom: FIRST };
    await this.#inTurn(async (ledger) => ledger.begin(begin));
    await this.#rollups.save(begin);
    return begin;
  }

  /** Rolls up the whole hours from where it stands to `to`. */
  async advance(state: RollupState, to: number): Promise<RollupState> {
    await this.#change({ to });
    await this.#rollups.rollUp({ from: state.to, to });
    return this.#save({ ...state, to });
  }

  /** Rolls up so many whole hours before those that are, skipping such without readings; `from` is FIRST when there are no more. */
  async extend(state: RollupState, lengthMs: number): Promise<RollupState> {
    await this.#change({ from: FIRST });
    const newest = await this.#rollups.newestBefore(state.from);
    if (newest === undefined) return this.#save({ ...state, from: FIRST });
    const to = wholeBefore(newest, UNIT_MS.hour) + UNIT_MS.hour;
    await this.#rollups.rollUp({ from: to - lengthMs, to });
    return this.#save({ ...state, from: to - lengthMs });
  }

  /** Rolls up again what got late readings, oldest first; how many hours that were, and whether there are more. */
  async redo({ rawFrom }: RollupState): Promise<{ readonly hours: number; readonly more: boolean }> {
    const marks = await this.#rollups.marks({ limit: MARKS });
    if (marks.length === 0) return { hours: 0, more: false };
    await this.#inTurn(async (ledger) => ledger.redo(marks));
    // Of hours before, raw readings may be gone in part: what was rolled up is better than what would be now.
    const whole = marks.filter(({ hour }) => hour >= rawFrom);
    for (const { machine, ...span } of spansOf(whole)) await this.#rollups.rollUp(span, machine);
    await this.#inTurn(async (ledger) => {
      const done = ledger.redone(marks);
      if (done.length > 0) await this.#rollups.clear(done);
    });
    return { hours: marks.length, more: marks.length === MARKS };
  }

  /** Gives up what is older; of raw readings and minutes only what is rolled up, and nothing that is marked. */
  async remove(state: RollupState, outdated: Outdated): Promise<RollupState> {
    const { readings = FIRST, minutes = FIRST } = outdated;
    const rawFrom = Math.max(state.rawFrom, wholeBefore(readings, UNIT_MS.hour));
    const minutesFrom = Math.max(state.minutesFrom, wholeBefore(minutes, UNIT_MS.hour));
    await this.#change({ rawFrom, minutesFrom });
    while ((await this.redo(state)).more);
    const next = await this.#save({ ...state, rawFrom, minutesFrom });
    await this.#rollups.remove(outdated);
    return next;
  }

  ownLimit(): Promise<number | undefined> {
    return this.#rollups.ownLimit();
  }

  async #change(state: Partial<RollupState>): Promise<void> {
    await this.#inTurn(async (ledger) => ledger.change(state));
  }

  async #save(state: RollupState): Promise<RollupState> {
    await this.#rollups.save(state);
    return state;
  }
}

/** Neighbouring hours of one machine as one. */
function spansOf(marks: readonly Mark[]): (Span & { readonly machine: string })[] {
  const spans: { machine: string; from: number; to: number }[] = [];
  for (const { machine, hour } of marks.toSorted((a, b) => compare(a.machine, b.machine) || a.hour - b.hour)) {
    const last = spans.at(-1);
    if (last?.machine === machine && last.to === hour && hour - last.from < LONGEST_MS) last.to += UNIT_MS.hour;
    else spans.push({ machine, from: hour, to: hour + UNIT_MS.hour });
  }
  return spans;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
