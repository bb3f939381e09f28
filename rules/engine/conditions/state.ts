/** `state`: what the machine last reported; unknown before the first report. */
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { StateCondition } from '#shared/model/rule.ts';
import type { Node, Scope, View } from './node.ts';

export function compileState({ state }: StateCondition, scope: Scope): Node {
  scope.state();
  return new State(state);
}

class State implements Node {
  readonly #state: string;

  constructor(state: string) {
    this.#state = state;
  }

  judge(view: View, _relaxed: boolean): Verdict {
    return view.state === undefined ? undefined : view.state === this.#state;
  }

  explain(view: View, relaxed: boolean): Fact {
    const verdict = this.judge(view, relaxed) ?? null;
    const reported = view.state === undefined ? {} : { reported: view.state };
    return { test: 'state', state: this.#state, ...reported, verdict };
  }
}
