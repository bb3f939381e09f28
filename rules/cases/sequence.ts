/**
 * What a machine's own count tells: numbers that are missing, that come again, that begin anew. Numbers are gathered as runs
 * without a break, so a machine that counts well costs one run a commit.
 */

/** Numbers from `first` to `last`, each one more than the one before. */
export interface Run {
  readonly first: number;
  last: number;
  /** Of the first: time of receipt, epoch ms, and place in the journal. */
  readonly at: number;
  readonly position: number;
}

export interface Break {
  readonly kind: 'hole' | 'reset';
  readonly at: number;
  readonly position: number;
  /** Of a hole the first and last number missing; of a reset the last number before and the first after. */
  readonly first: number;
  readonly last: number;
}

export interface Judged {
  /** The number counted to. */
  readonly last: number;
  readonly breaks: readonly Break[];
  /** Numbers that are missing, and that came again. */
  readonly missing: number;
  readonly repeated: number;
}

/** A broker sends again what was not acknowledged: so far a number may step back without meaning that the count begins anew. */
const REDELIVERED = 10_000;

/** Adds a number to the runs. */
export function gather(runs: Run[], number: number, at: number, position: number): void {
  const run = runs.at(-1);
  if (run?.last === number - 1) run.last = number;
  else runs.push({ first: number, last: number, at, position });
}

/** What the runs tell of a machine that had counted to `known`; undefined where it has not counted yet. */
export function judge(known: number | undefined, runs: readonly Run[]): Judged {
  const breaks: Break[] = [];
  let missing = 0;
  let repeated = 0;
  let last = known;
  for (const { first, last: end, at, position } of runs) {
    if (last !== undefined && first > last + 1) {
      missing += first - last - 1;
      breaks.push({ kind: 'hole', at, position, first: last + 1, last: first - 1 });
    } else if (last !== undefined && first <= last) {
      if (beginsAnew(last, first)) {
        breaks.push({ kind: 'reset', at, position, first: last, last: first });
        last = undefined;
      } else repeated += Math.min(end, last) - first + 1;
    }
    last = last === undefined ? end : Math.max(last, end);
  }
  return { last: last ?? 0, breaks, missing, repeated };
}

/** A count begins with 0 or 1. What is sent again from the very beginning is taken for that too: then no number is missed. */
function beginsAnew(last: number, number: number): boolean {
  return last - number > REDELIVERED || (number <= 1 && last > 1);
}
