/** A backtest of one rule over the reading store: the engine of the command, fed with what was stored. */
import { setImmediate as turn } from 'node:timers/promises';
import { type Plant, PlantIndex } from '#shared/model/plant.ts';
import type { Reason } from '#shared/model/reason.ts';
import type { Rule, Severity } from '#shared/model/rule.ts';
import type { Reading, ReadingStore, ScanBatch, SeriesName } from '#shared/readings/port.ts';
import { BacktestRun } from './backtest.ts';
import { type Agreement, agreementOf, type AlarmSpan, type PastCase } from './backtest-agreement.ts';
import { countCases } from './backtest-cases.ts';
import { Coverage, overallShare, type SensorCoverage } from './backtest-coverage.ts';
import { InputFeed, readOthers } from './backtest-inputs.ts';
import { needsOf, readingSensors, staleMs, warmUpMs } from './backtest-needs.ts';
import { compile, concerns, type Program } from './engine/compile.ts';
import { sensorsOf } from './engine/conditions/kinds.ts';
import type { Input, Transition } from './engine/types.ts';

export type { PastCase } from './backtest-agreement.ts';

/** So long the process belongs to a backtest, ms; then everybody else has their turn. */
const SLICE_MS = 10;
const MOST_READINGS = 100_000_000;
const MOST_EVENTS = 1_000_000;
const MOST_TRANSITIONS = 40_000;

export interface StoreBacktestQuestion {
  readonly store: Pick<ReadingStore, 'scan' | 'oldest' | 'events'>;
  readonly plant: Plant;
  /** Read without problems against the plant; judged even where its mode is off. */
  readonly rule: Rule;
  /** Those it is to be tried on; ones it does not concern are left out. */
  readonly machines: readonly string[];
  /** Both inclusive, epoch ms; the clock ends at `to`. */
  readonly from: number;
  readonly to: number;
  /** Cases of these machines that touch the range or the day before it. */
  readonly pastCases: readonly PastCase[];
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: BacktestProgress) => void;
}

export interface BacktestProgress {
  /** Readings judged, and how many there are, those before the range included. */
  readonly readings: number;
  readonly total: number;
  /** How far the clock has come, epoch ms. */
  readonly at: number;
}

export interface TestedAlarm extends AlarmSpan {
  readonly rule: string;
  readonly severity: Severity;
  readonly reason: Reason;
}

export interface StoreBacktest {
  /** Machines it was tried on. */
  readonly machines: number;
  /** Raised in the range, in order of time, then of machines in the plant. */
  readonly alarms: readonly TestedAlarm[];
  /** Alarms raised before the range that stood when it began. */
  readonly standingAtStart: number;
  /** Cases opened in the range, supposing that people resolve each when its last alarm clears. */
  readonly cases: number;
  readonly coverage: {
    /** 0 to 1: mean over the sensors. */
    readonly share: number;
    /** The sensors whose readings decide; of derived ones their inputs. */
    readonly sensors: readonly SensorCoverage[];
    /** What the rule asks for and the past does not tell of some machine. */
    readonly unknown: readonly ('state' | 'baseline')[];
  };
  readonly agreement: Agreement;
  readonly readings: number;
}

/** There is more to judge than one answer may cost; the message says what to do. */
export class BacktestTooLarge extends Error {
  override name = 'BacktestTooLarge';
}

/** Machines of the plant on which the rule would be watched, in the order of the plant. */
export function machinesOf(rule: Rule, plant: Plant): readonly string[] {
  const models = new Map(plant.models.map((model) => [model.id, model]));
  return plant.machines.flatMap((machine) => {
    const model = models.get(machine.model);
    return model && concerns(rule, machine, model) ? [machine.id] : [];
  });
}

/** Rejects with the signal's reason when aborted, with BacktestTooLarge, or with StoreUnavailable. */
export async function backtestStore(question: StoreBacktestQuestion): Promise<StoreBacktest> {
  const { store, from, to, signal, onProgress } = question;
  const rule: Rule = question.rule.mode === 'off' ? { ...question.rule, mode: 'pilot' } : question.rule;
  const plant = concerned(question.plant, rule, new Set(question.machines));
  const program = compile(plant, { version: 1, rules: [rule] });
  const machines = plant.machines.map(({ id }) => id);
  const needs = needsOf(rule);
  const index = new PlantIndex(plant);
  const sensors = machines.flatMap((machine) =>
    readingSensors(rule, index.machine(machine)?.sensors ?? new Map()).map((sensor) => ({ machine, sensor })),
  );
  const series = sensors.map(({ machine, sensor }) => ({ machine, sensor: sensor.id, staleMs: staleMs(sensor) }));
  const warm =
    from -
    warmUpMs(
      needs,
      sensors.map(({ sensor }) => sensor),
    );
  const range = { from: warm, to: to + 1 };
  const others = await readOthers(store, machines, needs, { ...range, most: MOST_EVENTS, signal });
  if (others.inputs.length > MOST_EVENTS) throw tooMuch('events', MOST_EVENTS);
  const firsts = needs.silence ? await firstReadings(store, index, series, range) : [];

  const transitions: Transition[] = [];
  const run = new BacktestRun(program, { until: to, onTransition: (one) => void transitions.push(one) });
  const coverage = new Coverage(series, { from, to });
  const among = [...others.inputs, ...firsts].sort((a, b) => a.at - b.at);
  const feed = new InputFeed(series, among, (input) => run.take(input));
  let readings = 0;
  await inSlices(store.scan({ series, ...range, signal }), signal, {
    take: (place, ts, value) => {
      readings++;
      coverage.take(place, ts);
      feed.take(place, ts, value);
    },
    pause: (total, at) => {
      if (transitions.length > MOST_TRANSITIONS) throw tooManyAlarms(at - warm);
      onProgress?.({ readings, total, at });
    },
  });
  feed.end();
  run.end();

  const components = new Map(machines.map((machine) => [machine, componentOn(program, machine)]));
  const pastCases = question.pastCases.filter(({ machine, component }) => components.get(machine) === component);
  const spans = pair(transitions);
  const alarms = spans.filter(({ raisedAt }) => raisedAt >= from);
  const earlier = transitions.filter(({ t }) => t < from);
  const covered = coverage.end();
  return {
    machines: machines.length,
    alarms,
    standingAtStart: spans.filter(({ raisedAt, clearedAt }) => raisedAt < from && (clearedAt ?? to) >= from).length,
    cases: countCases(transitions) - countCases(earlier),
    coverage: {
      share: overallShare(covered),
      sensors: covered,
      unknown: [
        ...(others.stateless.length > 0 ? (['state'] as const) : []),
        ...(needs.baseline ? (['baseline'] as const) : []),
      ],
    },
    agreement: agreementOf(
      spans.filter(({ clearedAt }) => (clearedAt ?? to) >= from),
      pastCases,
      { from, to },
    ),
    readings,
  };
}

interface Taker {
  take(place: number, ts: number, value: number): void;
  /** Called before everybody else has their turn; may throw. */
  pause(total: number, at: number): void;
}

/** Hands out readings one by one and lets the process breathe every few ms. */
async function inSlices(batches: AsyncIterable<ScanBatch>, signal: AbortSignal, taker: Taker): Promise<void> {
  let end = performance.now() + SLICE_MS;
  for await (const { total, series, ts, value } of batches) {
    signal.throwIfAborted();
    if (total > MOST_READINGS) throw tooMuch('readings', MOST_READINGS);
    for (let row = 0; row < ts.length; row++) {
      taker.take(series[row] as number, ts[row] as number, value[row] as number);
      if ((row & 127) !== 127 || performance.now() < end) continue;
      taker.pause(total, ts[row] as number);
      await turn();
      signal.throwIfAborted();
      end = performance.now() + SLICE_MS;
    }
    taker.pause(total, ts.at(-1) ?? -Infinity);
  }
}

/** The plant cut down to what the rule concerns: derived sensors it does not name need not be computed. */
function concerned(plant: Plant, rule: Rule, asked: ReadonlySet<string>): Plant {
  const watched = new Set(machinesOf(rule, plant).filter((id) => asked.has(id)));
  const named = new Set(sensorsOf(rule.when));
  const models = plant.models.map((model) => {
    const sensors = model.sensors.filter(({ id, formula }) => formula === undefined || named.has(id));
    return { ...model, sensors };
  });
  return { ...plant, models, machines: plant.machines.filter(({ id }) => watched.has(id)) };
}

/**
 * The oldest reading of each machine, where it is of none of the sensors that are read anyway: from it on silence counts for a
 * sensor that never reported.
 */
export async function firstReadings(
  store: Pick<ReadingStore, 'oldest'>,
  index: PlantIndex,
  series: readonly SeriesName[],
  range: { readonly from: number; readonly to: number },
): Promise<Input[]> {
  const read = new Set(series.map(({ machine, sensor }) => `${machine} ${sensor}`));
  const machines = [...new Set(series.map(({ machine }) => machine))];
  const firsts = new Map<string, Reading>();
  for (const reading of await store.oldest({ machines, ...range })) {
    const { machine, sensor, ts } = reading;
    const sensors = index.machine(machine)?.sensors;
    if (!sensors?.has(sensor) || sensors.get(sensor)?.formula !== undefined) continue;
    const before = firsts.get(machine);
    const isEarlier = !before || ts < before.ts || (ts === before.ts && read.has(`${machine} ${sensor}`));
    if (isEarlier) firsts.set(machine, reading);
  }
  return [...firsts.values()].flatMap(({ machine, sensor, ts, value }): Input[] => {
    if (read.has(`${machine} ${sensor}`)) return [];
    return [{ kind: 'snapshot', machine, ts, at: ts, readings: [{ sensor, value }] }];
  });
}

/** Alarms from raised to cleared, in the order in which they were raised. */
function pair(transitions: readonly Transition[]): readonly TestedAlarm[] {
  const alarms: (TestedAlarm & { clearedAt: number | null })[] = [];
  const standing = new Map<string, TestedAlarm & { clearedAt: number | null }>();
  for (const { machine, rule, severity, component, reason, transition, t } of transitions) {
    if (transition === 'raised') {
      const alarm = { machine, rule, severity, component, reason, raisedAt: t, clearedAt: null };
      alarms.push(alarm);
      standing.set(machine, alarm);
    } else {
      const alarm = standing.get(machine);
      if (alarm) alarm.clearedAt = t;
      standing.delete(machine);
    }
  }
  return alarms;
}

function componentOn(program: Program, machine: string): string {
  return program.machines.get(machine)?.profile.rules[0]?.component ?? '';
}

function tooMuch(what: string, most: number): BacktestTooLarge {
  const number = most.toLocaleString('en');
  return new BacktestTooLarge(
    `There are more than ${number} ${what} to judge. Ask for a shorter range or fewer machines.`,
  );
}

function tooManyAlarms(ms: number): BacktestTooLarge {
  const hours = Math.max(1, Math.round(ms / 3_600_000));
  return new BacktestTooLarge(
    `The rule raises and clears more than ${MOST_TRANSITIONS.toLocaleString('en')} times within ${hours} h. Give it a deadband or delays.`,
  );
}
