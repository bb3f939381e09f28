/** `event`: N events of a code within a window. Never unknown. */
import { durationMs } from '#shared/model/duration.ts';
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { EventCondition } from '#shared/model/rule.ts';
import type { Node, Scope, View } from './node.ts';

export function compileEvent({ event, count = 1, within = '1m' }: EventCondition, scope: Scope): Node {
  const windowMs = durationMs(within);
  return new Events(event, count, windowMs, scope.events(event, windowMs));
}

class Events implements Node {
  readonly #code: string;
  readonly #needed: number;
  readonly #windowMs: number;
  readonly #place: number;

  constructor(code: string, needed: number, windowMs: number, place: number) {
    this.#code = code;
    this.#needed = needed;
    this.#windowMs = windowMs;
    this.#place = place;
  }

  judge(view: View, _relaxed: boolean): Verdict {
    return this.#count(view) >= this.#needed;
  }

  explain(view: View, _relaxed: boolean): Fact {
    const count = this.#count(view);
    const [needed, windowMs] = [this.#needed, this.#windowMs];
    return { test: 'event', event: this.#code, count, needed, windowMs, verdict: count >= needed };
  }

  #count(view: View): number {
    return view.events[this.#place]?.count ?? 0;
  }
}
