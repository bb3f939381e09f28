/**
 * `sequence`: its parts became true in order, first to last within W; true from then on while the last part is.
 *
 * A part becomes true when it was not before; a spell of unknown in between changes nothing. For each part the latest start
 * of a chain that has come as far as that part is kept: a later start can only fit W better.
 */
import { durationMs } from '#shared/model/duration.ts';
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { Condition } from '#shared/model/rule.ts';
import type { Node, Scope, SequenceMemory, View, Watcher } from './node.ts';

type SequenceCondition = Extract<Condition, { readonly sequence: readonly Condition[] }>;

export function compileSequence({ sequence, within }: SequenceCondition, scope: Scope): Node {
  const parts = sequence.map((condition) => scope.compile(condition, scope.negated));
  return new Sequence(parts, durationMs(within), scope);
}

export function newSequenceMemory(length: number): SequenceMemory {
  return {
    held: Array.from({ length }, () => false),
    became: Array.from({ length }, () => -Infinity),
    start: Array.from({ length }, () => -Infinity),
    standing: false,
    standingRelaxed: false,
  };
}

class Sequence implements Node, Watcher {
  readonly #parts: readonly Node[];
  readonly #windowMs: number;
  readonly #place: number;

  constructor(parts: readonly Node[], windowMs: number, scope: Scope) {
    this.#parts = parts;
    this.#windowMs = windowMs;
    this.#place = scope.sequence(this, parts.length);
  }

  watch(view: View, ts: number, raised: boolean): void {
    const memory = this.#memory(view);
    let start = ts;
    let verdict: Verdict;
    for (const [i, part] of this.#parts.entries()) {
      verdict = part.judge(view, false);
      if (verdict === true && !memory.held[i]) memory.became[i] = ts;
      if (verdict !== undefined) memory.held[i] = verdict;
      if (memory.became[i] === ts) memory.start[i] = start;
      start = memory.start[i] as number;
    }
    const last = this.#parts.length - 1;
    if (memory.held[last] && memory.became[last] === ts && ts - start <= this.#windowMs) memory.standing = true;
    if (verdict === false) memory.standing = false;
    memory.standingRelaxed =
      (memory.standing || (raised && memory.standingRelaxed)) && this.#last(view, true) !== false;
  }

  judge(view: View, relaxed: boolean): Verdict {
    const last = this.#last(view, relaxed);
    if (last === undefined) return undefined;
    const memory = this.#memory(view);
    return last && (relaxed ? memory.standingRelaxed : memory.standing);
  }

  explain(view: View, relaxed: boolean): Fact {
    const of = this.#parts.map((part) => part.explain(view, relaxed));
    return { test: 'sequence', of, windowMs: this.#windowMs, verdict: this.judge(view, relaxed) ?? null };
  }

  #last(view: View, relaxed: boolean): Verdict {
    return this.#parts[this.#parts.length - 1]?.judge(view, relaxed);
  }

  #memory(view: View): SequenceMemory {
    return view.sequences[this.#place] as SequenceMemory;
  }
}
