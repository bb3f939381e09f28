/** What the parts of sequences were at each judgement so far, kept for ever and searched anew each time. */
import { durationMs } from '#shared/model/duration.ts';
import type { Verdict } from '#shared/model/reason.ts';
import type { Condition } from '#shared/model/rule.ts';
import { type Context, verdictOf } from './verdict.ts';

type Sequence = Extract<Condition, { readonly sequence: readonly Condition[] }>;

interface Judged {
  readonly t: number;
  readonly raised: boolean;
  readonly parts: readonly Verdict[];
  readonly lastRelaxed: Verdict;
}

export class SequencePast {
  readonly #judged = new Map<Sequence, Judged[]>();

  /** Notes, before a judgement, what the parts of every sequence in the condition are. */
  note(condition: Condition, context: Context, raised: boolean): void {
    if ('all' in condition) for (const one of condition.all) this.note(one, context, raised);
    if ('any' in condition) for (const one of condition.any) this.note(one, context, raised);
    if ('not' in condition) this.note(condition.not, { ...context, negated: !context.negated }, raised);
    if (!('sequence' in condition)) return;
    for (const one of condition.sequence) this.note(one, context, raised);
    const parts = condition.sequence.map((one) => verdictOf(one, { ...context, relaxed: false }));
    const lastRelaxed = verdictOf(condition.sequence.at(-1) as Condition, { ...context, relaxed: true });
    const judged = this.#judged.get(condition) ?? [];
    this.#judged.set(condition, [...judged, { t: context.now, raised, parts, lastRelaxed }]);
  }

  verdict(sequence: Sequence, context: Context): Verdict {
    const last = verdictOf(sequence.sequence.at(-1) as Condition, context);
    if (last === undefined) return undefined;
    const judged = this.#judged.get(sequence) ?? [];
    return last && (context.relaxed ? standsRelaxed(sequence, judged) : stands(sequence, judged));
  }
}

/** Times at which part `k` became true: true now, and not true when last known. */
function edges(judged: readonly Judged[], k: number): readonly number[] {
  const known = judged.filter(({ parts }) => parts[k] !== undefined);
  return known.filter(({ parts }, i) => parts[k] && !known[i - 1]?.parts[k]).map(({ t }) => t);
}

/** The parts became true in order up to the last time the last one did, which has not become false since. */
function stands({ sequence, within }: Sequence, judged: readonly Judged[]): boolean {
  const k = sequence.length - 1;
  const end = edges(judged, k).at(-1);
  const known = judged.filter(({ parts }) => parts[k] !== undefined);
  if (end === undefined || known.at(-1)?.parts[k] !== true) return false;
  const chain = (part: number, before: number): boolean => {
    if (part < 0) return end - before <= durationMs(within);
    return edges(judged, part).some((t) => t <= before && chain(part - 1, t));
  };
  return chain(k - 1, end);
}

/** It stood when the alarm was raised, or came to stand since, and its last part, relaxed, has not been false after that. */
function standsRelaxed(sequence: Sequence, judged: readonly Judged[]): boolean {
  let standing = false;
  for (const [i, { raised, lastRelaxed }] of judged.entries()) {
    const before: boolean = raised && standing;
    standing = (before || stands(sequence, judged.slice(0, i + 1))) && lastRelaxed !== false;
  }
  return standing;
}
