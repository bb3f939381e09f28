/** `frozen`: equal readings, the first of them at least W before the newest. */
import { durationMs } from '#shared/model/duration.ts';
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { FrozenCondition } from '#shared/model/rule.ts';
import { EqualRun } from '../windows/run.ts';
import { type Node, type Scope, type SensorPlace, type Slot, sensorFact, type View } from './node.ts';

export function compileFrozen({ sensor, frozen }: FrozenCondition, scope: Scope): Node {
  const at = scope.sensor(sensor);
  return new Frozen(
    at,
    scope.observe(at, 'run', () => new EqualRun()),
    durationMs(frozen),
  );
}

class Frozen implements Node {
  readonly #at: SensorPlace;
  readonly #slot: Slot<EqualRun>;
  readonly #windowMs: number;

  constructor(at: SensorPlace, slot: Slot<EqualRun>, windowMs: number) {
    this.#at = at;
    this.#slot = slot;
    this.#windowMs = windowMs;
  }

  judge(view: View, _relaxed: boolean): Verdict {
    if (view.usable[this.#at.place] === 0) return undefined;
    const { since, until } = this.#slot(view);
    return until - since >= this.#windowMs;
  }

  explain(view: View, relaxed: boolean): Fact {
    const verdict = this.judge(view, relaxed);
    const since = verdict === undefined ? {} : { since: this.#slot(view).since };
    return { test: 'frozen', ...sensorFact(this.#at, view, verdict), windowMs: this.#windowMs, ...since };
  }
}
