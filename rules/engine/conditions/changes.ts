/** `changes`: the newest value against the least or greatest of [t − W, t]. */
import { durationMs } from '#shared/model/duration.ts';
import type { Fact, Verdict } from '#shared/model/reason.ts';
import type { ChangesCondition } from '#shared/model/rule.ts';
import { ExtremesWindow } from '../windows/extremes.ts';
import { ROUNDING } from '../windows/observer.ts';
import { type Node, type Scope, type SensorPlace, type Slot, sensorFact, type View } from './node.ts';

export function compileChanges({ sensor, changes }: ChangesCondition, scope: Scope): Node {
  const at = scope.sensor(sensor);
  const windowMs = durationMs(changes.within);
  const slot = scope.observe(at, `changes ${windowMs}`, () => new ExtremesWindow(windowMs, 'closed'));
  return new Changes(at, slot, changes.by, windowMs, changes.direction ?? 'either');
}

class Changes implements Node {
  readonly #at: SensorPlace;
  readonly #slot: Slot<ExtremesWindow>;
  readonly #by: number;
  readonly #windowMs: number;
  readonly #direction: 'up' | 'down' | 'either';

  constructor(
    at: SensorPlace,
    slot: Slot<ExtremesWindow>,
    by: number,
    windowMs: number,
    direction: 'up' | 'down' | 'either',
  ) {
    this.#at = at;
    this.#slot = slot;
    this.#by = by;
    this.#windowMs = windowMs;
    this.#direction = direction;
  }

  judge(view: View, _relaxed: boolean): Verdict {
    if (view.usable[this.#at.place] === 0) return undefined;
    const window = this.#slot(view);
    const slack = ROUNDING * Math.max(Math.abs(window.least), Math.abs(window.most));
    return this.#change(window) >= this.#by - slack;
  }

  explain(view: View, relaxed: boolean): Fact {
    const verdict = this.judge(view, relaxed);
    return {
      test: 'changes',
      ...sensorFact(this.#at, view, verdict),
      by: this.#by,
      ...(verdict === undefined ? {} : { change: this.#change(this.#slot(view)) }),
      windowMs: this.#windowMs,
      direction: this.#direction,
    };
  }

  #change({ last, least, most }: ExtremesWindow): number {
    if (this.#direction === 'up') return last - least;
    if (this.#direction === 'down') return most - last;
    return Math.max(last - least, most - last);
  }
}
