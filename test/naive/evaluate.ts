/**
 * A second reading of rules.md, slow and plain: it stops at every instant of a grid, judges every rule there, and
 * scans all history for each verdict. The engine must give the same transitions.
 */
import { durationMs } from '#shared/model/duration.ts';
import { type Plant, PlantIndex } from '#shared/model/plant.ts';
import type { Condition, Rule, Rulebook } from '#shared/model/rule.ts';
import { concerns } from '#rules/engine/compile.ts';
import type { Baselines, Input } from '#rules/engine/types.ts';
import { History } from './history.ts';
import { SequencePast } from './sequence.ts';
import { verdictOf } from './verdict.ts';

export interface NaiveTransition {
  readonly t: number;
  readonly machine: string;
  readonly rule: string;
  readonly transition: 'raised' | 'cleared';
  readonly since: number;
}

/** One rule on one machine. */
class Alarm {
  readonly machine: string;
  readonly #rule: Rule;
  readonly #history: History;
  readonly #sequences = new SequencePast();
  readonly #baselines: Baselines;
  #state: 'normal' | 'pending' | 'raised' | 'clearing' = 'normal';
  #since = 0;
  #judged = false;

  constructor(machine: string, rule: Rule, history: History, baselines: Baselines) {
    this.machine = machine;
    this.#rule = rule;
    this.#history = history;
    this.#baselines = baselines;
  }

  /** A deadline may have passed: judges where the rule was judged before, or waits for the silence of a sensor. */
  pass(now: number): NaiveTransition | undefined {
    return this.#judged || silenceEnds(this.#rule.when, this.#history, now) ? this.judge(now) : undefined;
  }

  /** Something came in; `stirred` tells whether a condition has to do with it. */
  take(now: number, stirred: (leaf: Condition) => boolean): NaiveTransition | undefined {
    return leavesOf(this.#rule.when).some(stirred) ? this.judge(now) : undefined;
  }

  judge(now: number): NaiveTransition | undefined {
    this.#judged = true;
    const raised = this.#state === 'raised' || this.#state === 'clearing';
    const baselines = (sensor: string) => this.#baselines(this.machine, sensor);
    const context = {
      history: this.#history,
      now,
      relaxed: raised,
      negated: false,
      sequences: this.#sequences,
      baselines,
    };
    this.#sequences.note(this.#rule.when, context, raised);
    const verdict = verdictOf(this.#rule.when, context);
    if (!raised) {
      if (verdict !== true) this.#state = 'normal';
      else if (this.#state === 'normal') [this.#state, this.#since] = ['pending', now];
      const due = this.#since + durationMs(this.#rule.for ?? '0s');
      return this.#state === 'pending' && now >= due ? this.#move('raised', due) : undefined;
    }
    if (verdict !== false) this.#state = 'raised';
    else if (this.#state === 'raised') [this.#state, this.#since] = ['clearing', now];
    const due = this.#since + durationMs(this.#rule.clear?.for ?? '0s');
    return this.#state === 'clearing' && now >= due ? this.#move('cleared', due) : undefined;
  }

  #move(transition: 'raised' | 'cleared', t: number): NaiveTransition {
    this.#state = transition === 'raised' ? 'raised' : 'normal';
    return { t, machine: this.machine, rule: this.#rule.id, transition, since: this.#since };
  }
}

/** `inputs` in order of time, all times and durations multiples of `gridMs`; the clock ends at `until`. */
export function evaluateNaively(
  plant: Plant,
  rulebook: Rulebook,
  inputs: readonly Exclude<Input, { kind: 'clock' }>[],
  { gridMs, until, baselines }: { readonly gridMs: number; readonly until: number; readonly baselines: Baselines },
): readonly NaiveTransition[] {
  const index = new PlantIndex(plant);
  const histories = new Map(plant.machines.map(({ id }) => [id, new History(index.machine(id)?.sensors ?? new Map())]));
  const alarms: Alarm[] = [];
  for (const rule of rulebook.rules.filter(({ mode }) => mode !== 'off'))
    for (const machine of plant.machines) {
      const [model, history] = [index.model(machine.model), histories.get(machine.id)];
      if (model && history && concerns(rule, machine, model))
        alarms.push(new Alarm(machine.id, rule, history, baselines));
    }
  const told: (NaiveTransition | undefined)[] = [];
  for (let now = inputs[0]?.ts ?? until; now <= until; now += gridMs) {
    for (const alarm of alarms) told.push(alarm.pass(now));
    for (const input of inputs.filter(({ ts }) => ts === now)) {
      const stirred = apply(histories.get(input.machine) as History, input);
      for (const alarm of alarms) if (alarm.machine === input.machine) told.push(alarm.take(now, stirred));
    }
  }
  return told.filter((transition) => transition !== undefined);
}

/** Adds the input to the past; what comes back tells which conditions it has to do with. */
function apply(history: History, input: Exclude<Input, { kind: 'clock' }>): (leaf: Condition) => boolean {
  if (input.kind === 'event') {
    history.events.push({ t: input.ts, code: input.code });
    return (leaf) => 'event' in leaf && leaf.event === input.code;
  }
  if (input.kind === 'state') {
    history.states.push(input.state);
    return (leaf) => 'state' in leaf;
  }
  const ids = [...history.sensors.keys()];
  const look = (id: string) =>
    `${history.of(id).length} ${history.last(id) !== undefined && history.isUnknown(id, input.ts)}`;
  const before = new Map(ids.map((id) => [id, look(id)]));
  history.addSnapshot(input.ts, input.readings);
  const changed = new Set(ids.filter((id) => look(id) !== before.get(id)));
  return (leaf) => 'sensor' in leaf && changed.has(leaf.sensor);
}

function leavesOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf);
  if ('any' in condition) return condition.any.flatMap(leavesOf);
  if ('not' in condition) return leavesOf(condition.not);
  return 'sequence' in condition ? condition.sequence.flatMap(leavesOf) : [condition];
}

function silenceEnds(condition: Condition, history: History, now: number): boolean {
  return leavesOf(condition).some((leaf) => {
    if (!('silent' in leaf)) return false;
    return now - (history.last(leaf.sensor)?.t ?? history.first()) === durationMs(leaf.silent);
  });
}
