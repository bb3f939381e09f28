/** `all`, `any`, `not` in three-valued logic (Kleene): unknown only where the known ones do not decide. */
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { Condition } from '#shared/model/rule.ts';
import type { Node, Scope, View } from './node.ts';

export function compileAll(of: readonly Condition[], scope: Scope): Node {
  return new Several(
    'all',
    false,
    of.map((condition) => scope.compile(condition, scope.negated)),
  );
}

export function compileAny(of: readonly Condition[], scope: Scope): Node {
  return new Several(
    'any',
    true,
    of.map((condition) => scope.compile(condition, scope.negated)),
  );
}

export function compileNot(of: Condition, scope: Scope): Node {
  return new Not(scope.compile(of, !scope.negated));
}

class Several implements Node {
  readonly #test: 'all' | 'any';
  /** The verdict of one that decides for all: false for `all`, true for `any`. */
  readonly #deciding: boolean;
  readonly #of: readonly Node[];

  constructor(test: 'all' | 'any', deciding: boolean, of: readonly Node[]) {
    this.#test = test;
    this.#deciding = deciding;
    this.#of = of;
  }

  judge(view: View, relaxed: boolean): Verdict {
    let verdict: Verdict = !this.#deciding;
    for (const node of this.#of) {
      const one = node.judge(view, relaxed);
      if (one === this.#deciding) return one;
      if (one === undefined) verdict = undefined;
    }
    return verdict;
  }

  explain(view: View, relaxed: boolean): Fact {
    const of = this.#of.map((node) => node.explain(view, relaxed));
    return { test: this.#test, of, verdict: this.judge(view, relaxed) ?? null };
  }
}

class Not implements Node {
  readonly #of: Node;

  constructor(of: Node) {
    this.#of = of;
  }

  judge(view: View, relaxed: boolean): Verdict {
    const verdict = this.#of.judge(view, relaxed);
    return verdict === undefined ? undefined : !verdict;
  }

  explain(view: View, relaxed: boolean): Fact {
    return { test: 'not', of: [this.#of.explain(view, relaxed)], verdict: this.judge(view, relaxed) ?? null };
  }
}
