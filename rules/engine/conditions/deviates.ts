/** `deviates`: the value against the learned baseline of this sensor of this machine. */
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { DeviatesCondition } from '#shared/model/rule.ts';
import { ROUNDING } from '../windows/observer.ts';
import { type Node, type Scope, type SensorPlace, sensorFact, type View } from './node.ts';

export function compileDeviates({ sensor, deviates }: DeviatesCondition, scope: Scope): Node {
  return new Deviates(scope.sensor(sensor), deviates.sigmas);
}

class Deviates implements Node {
  readonly #at: SensorPlace;
  readonly #sigmas: number;

  constructor(at: SensorPlace, sigmas: number) {
    this.#at = at;
    this.#sigmas = sigmas;
  }

  judge(view: View, _relaxed: boolean): Verdict {
    const { place } = this.#at;
    const baseline = view.baseline(place);
    if (view.usable[place] === 0 || !baseline) return undefined;
    const value = view.value[place] as number;
    const slack = ROUNDING * Math.max(Math.abs(value), Math.abs(baseline.center));
    return Math.abs(value - baseline.center) - slack > this.#sigmas * baseline.sigma;
  }

  explain(view: View, relaxed: boolean): Fact {
    const verdict = this.judge(view, relaxed);
    const fact = { test: 'deviates' as const, ...sensorFact(this.#at, view, verdict), sigmas: this.#sigmas };
    const baseline = view.baseline(this.#at.place);
    if (!baseline || baseline.sigma === 0 || fact.value === undefined) return fact;
    return { ...fact, deviation: (fact.value - baseline.center) / baseline.sigma };
  }
}
