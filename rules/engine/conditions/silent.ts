/** `silent`: no reading for W. Never unknown; the wait itself is a deadline of the sensor. */
import { durationMs } from '#shared/model/duration.ts';
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { SilentCondition } from '#shared/model/rule.ts';
import { type Node, type Scope, type SensorPlace, sensorFact, type View } from './node.ts';

export function compileSilent({ sensor, silent }: SilentCondition, scope: Scope): Node {
  const at = scope.sensor(sensor);
  const windowMs = durationMs(silent);
  scope.silence(at, windowMs);
  return new Silent(at, windowMs);
}

class Silent implements Node {
  readonly #at: SensorPlace;
  readonly #windowMs: number;

  constructor(at: SensorPlace, windowMs: number) {
    this.#at = at;
    this.#windowMs = windowMs;
  }

  judge(view: View, _relaxed: boolean): Verdict {
    return (view.quiet[this.#at.place] as number) >= this.#windowMs;
  }

  explain(view: View, relaxed: boolean): Fact {
    const fact = sensorFact(this.#at, view, this.judge(view, relaxed));
    return { test: 'silent', ...fact, windowMs: this.#windowMs, ...(fact.at === undefined ? {} : { lastAt: fact.at }) };
  }
}
