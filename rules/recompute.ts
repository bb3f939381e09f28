/**
 * Judges an alarm of the past anew: the engine over the stored readings, with the rules and tolerances that held then, each
 * from the time on at which it took effect. The store keeps the machine's own time and not that of receipt, so here both clocks
 * are one.
 */
import { EMPTY_PLANT, type Plant, PlantIndex } from '#shared/model/plant.ts';
import type { Reason } from '#shared/model/reason.ts';
import { EMPTY_RULEBOOK, type Rule, type Rulebook } from '#shared/model/rule.ts';
import type { ReadingStore } from '#shared/readings/port.ts';
import { BacktestTooLarge, firstReadings } from './backtest-store.ts';
import { InputFeed, readOthers } from './backtest-inputs.ts';
import { needsOf, readingSensors, warmUpMs } from './backtest-needs.ts';
import { compile, concerns } from './engine/compile.ts';
import { sensorsOf } from './engine/conditions/kinds.ts';
import { Engine } from './engine/engine.ts';
import type { Input, Sink, Transition } from './engine/types.ts';
import { type Difference, differencesOf } from './recompute-differences.ts';

const MOST_READINGS = 5_000_000;
const MOST_EVENTS = 100_000;
/** An alarm the house learned of later than this played a recording: its configuration held all along. */
const SAME_CLOCK_MS = 5 * 60_000;

/** Plant and rulebook, and since when they held on the server's clock, epoch ms. */
export interface Held {
  readonly plant: Plant;
  readonly rulebook: Rulebook;
  readonly since: number;
}

export interface RecomputeQuestion {
  readonly store: Pick<ReadingStore, 'scan' | 'oldest' | 'events'>;
  readonly alarm: {
    readonly machine: string;
    readonly rule: string;
    /** The machine's time; when the house learned of it; epoch ms. */
    readonly raisedAt: number;
    readonly notedAt: number;
    readonly reason: Reason;
  };
  /** What held when it was raised, and what held before, newest last. */
  readonly held: readonly Held[];
  readonly signal: AbortSignal;
}

export interface Recomputed {
  /** unknown: what is stored does not suffice; `missing` says what. */
  readonly verdict: 'equal' | 'differs' | 'unknown';
  readonly missing: 'readings' | 'state' | 'baseline' | 'rule' | null;
  /** What the engine says now: the alarm of that time, else the one nearest to it; null: none. */
  readonly raisedAt: number | null;
  readonly reason: Reason | null;
  readonly differences: readonly Difference[];
  /** Stored readings it was judged by. */
  readonly readings: number;
}

const NOTHING = { raisedAt: null, reason: null, differences: [], readings: 0 };

/** How long before the alarm what decided it begins, ms; undefined where the machine was not watched by the rule. */
export function looksBackMs(alarm: RecomputeQuestion['alarm'], last: Held): number | undefined {
  const rule = last.rulebook.rules.find(({ id }) => id === alarm.rule);
  const sensors = new PlantIndex(last.plant).machine(alarm.machine)?.sensors;
  if (!rule || !sensors) return undefined;
  return warmUpMs(needsOf(rule), readingSensors(rule, sensors));
}

/** Rejects with the signal's reason when aborted, with BacktestTooLarge, or with StoreUnavailable. */
export async function recompute(question: RecomputeQuestion): Promise<Recomputed> {
  const { store, alarm, signal } = question;
  const { machine, raisedAt, notedAt } = alarm;
  const replayed = Math.abs(notedAt - raisedAt) > SAME_CLOCK_MS;
  const last = question.held.at(-1);
  const back = last && looksBackMs(alarm, last);
  if (!last || back === undefined) return { ...NOTHING, verdict: 'unknown', missing: 'rule' };
  const steps = (replayed ? [{ ...last, since: -Infinity }] : question.held).map((held) =>
    stepOf(held, alarm.machine, alarm.rule),
  );
  const rules = steps.flatMap((step) => step.rulebook.rules);
  const series = seriesOf(steps, machine);
  const needs = {
    ...needsOf(last.rulebook.rules.find(({ id }) => id === alarm.rule) as Rule),
    codes: [...new Set(rules.flatMap((rule) => needsOf(rule).codes))],
    states: rules.some((rule) => needsOf(rule).states),
  };
  // What a change of the configuration decided carries the machine's clock, as far from the server's as its last message was old.
  const apart = steps.some(({ since }) => since === notedAt) ? Math.abs(notedAt - raisedAt) + 5_000 : 0;
  const range = { from: raisedAt - back, to: raisedAt + apart + 1 };
  const others = await readOthers(store, [machine], needs, { ...range, most: MOST_EVENTS, signal });
  const firsts = needs.silence ? await firstReadings(store, new PlantIndex(last.plant), series, range) : [];

  const raised: Transition[] = [];
  const player = new Player(steps, {
    transition: (told) => void (told.transition === 'raised' && told.rule === alarm.rule && raised.push(told)),
  });
  const among = [...others.inputs, ...firsts].sort((a, b) => a.at - b.at);
  const feed = new InputFeed(series, among, (input) => player.take(input));
  let readings = 0;
  for await (const batch of store.scan({ series, ...range, signal })) {
    signal.throwIfAborted();
    if (batch.total > MOST_READINGS) {
      throw new BacktestTooLarge('More readings decided this alarm than can be judged anew at once.');
    }
    for (let row = 0; row < batch.ts.length; row++)
      feed.take(batch.series[row] as number, batch.ts[row] as number, batch.value[row] as number);
    readings += batch.ts.length;
  }
  feed.end();
  player.take({ kind: 'clock', at: range.to - 1 });

  if (readings + among.length === 0) return { ...NOTHING, verdict: 'unknown', missing: 'readings' };
  if (needs.baseline) return { ...NOTHING, readings, verdict: 'unknown', missing: 'baseline' };
  const nearest = raised.toSorted((a, b) => Math.abs(a.t - raisedAt) - Math.abs(b.t - raisedAt))[0];
  const found = nearest ? { raisedAt: nearest.t, reason: nearest.reason } : { raisedAt: null, reason: null };
  const differences = differencesOf({ raisedAt, reason: alarm.reason }, found, apart);
  if (differences.length > 0 && others.stateless.length > 0)
    return { ...NOTHING, readings, verdict: 'unknown', missing: 'state' };
  return { ...found, differences, readings, verdict: differences.length > 0 ? 'differs' : 'equal', missing: null };
}

/** What held, cut down to the machine and to the rules that share a sensor with this one: windows are remembered together. */
function stepOf({ plant, rulebook, since }: Held, id: string, ruleId: string): Held {
  const machine = plant.machines.find((one) => one.id === id);
  const model = plant.models.find((one) => one.id === machine?.model);
  const asked = new Set(rulebook.rules.filter((rule) => rule.id === ruleId).flatMap(({ when }) => sensorsOf(when)));
  const rules = rulebook.rules.filter((rule) => {
    if (!machine || !model || !concerns(rule, machine, model)) return false;
    return rule.id === ruleId || sensorsOf(rule.when).some((sensor) => asked.has(sensor));
  });
  const alone = { ...plant, models: model ? [model] : [], machines: machine ? [machine] : [] };
  return { plant: alone, rulebook: { ...rulebook, rules }, since };
}

function seriesOf(steps: readonly Held[], machine: string) {
  const ids = steps.flatMap(({ plant, rulebook }) => {
    const sensors = new PlantIndex(plant).machine(machine)?.sensors ?? new Map();
    return rulebook.rules.flatMap((rule) => readingSensors(rule, sensors).map(({ id }) => id));
  });
  return [...new Set(ids)].map((sensor) => ({ machine, sensor }));
}

/** Feeds an engine, and lets each configuration take effect at its time. */
class Player {
  readonly #steps: Held[];
  readonly #out: Sink;
  readonly #engine = new Engine(compile(EMPTY_PLANT, EMPTY_RULEBOOK));

  constructor(steps: readonly Held[], out: Sink) {
    this.#steps = [...steps];
    this.#out = out;
  }

  take(input: Input): void {
    for (let next = this.#steps[0]; next && next.since <= input.at; next = this.#steps[0]) {
      this.#steps.shift();
      this.#engine.reconfigure(compile(next.plant, next.rulebook), next.since, this.#out);
    }
    this.#engine.feed(input, this.#out);
  }
}
