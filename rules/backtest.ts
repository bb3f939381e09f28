/** Runs a program over past readings: the alarms it would have raised, and what they rest on. */
import { Engine } from './engine/engine.ts';
import type { Program } from './engine/compile.ts';
import type { Input, Sink, Transition, Unjudged } from './engine/types.ts';
import { countCases } from './backtest-cases.ts';

export interface BacktestOptions {
  /** The clock ends here (epoch ms, inclusive) instead of at the last reading. */
  readonly until?: number | undefined;
  /** Is told of the alarms as they come, in order of time, then of rules, then of machines. */
  readonly onTransition?: ((transition: Transition) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BacktestSummary {
  /** First and last time of the readings, epoch ms; null without any. */
  readonly from: number | null;
  readonly to: number | null;
  readonly readings: number;
  readonly events: number;
  /** Events after the end of the clock, left out. */
  readonly laterEvents: number;
  /** Readings that were not evaluated, by reason. */
  readonly unjudged: Readonly<Partial<Record<Unjudged['why'], number>>>;
  readonly raised: number;
  readonly cleared: number;
  /** Cases that live rules would have opened, and how many more it were if pilot rules were live. */
  readonly cases: number;
  readonly pilotCases: number;
  readonly rules: readonly RuleSummary[];
}

export interface RuleSummary {
  readonly rule: string;
  readonly mode: 'live' | 'pilot' | 'off';
  readonly raised: number;
  readonly cleared: number;
  /** Machines it is watched on, and those of them with judged readings of every sensor it names. */
  readonly machines: number;
  readonly covered: number;
}

/**
 * Feeds `inputs`, which are in order of time (events before readings of the same time) with `at` = `ts`. Rejects with the
 * signal's reason when aborted.
 */
export async function backtest(
  program: Program,
  inputs: Iterable<Input> | AsyncIterable<Input>,
  options: BacktestOptions = {},
): Promise<BacktestSummary> {
  const run = new BacktestRun(program, options);
  if (Symbol.asyncIterator in inputs) {
    for await (const input of inputs) {
      options.signal?.throwIfAborted();
      run.take(input);
    }
  } else {
    // an await every few thousand inputs lets the process breathe, one at each would halve the speed
    let taken = 0;
    for (const input of inputs) {
      if (++taken % 20_000 === 0) await new Promise(setImmediate);
      options.signal?.throwIfAborted();
      run.take(input);
    }
  }
  return run.end();
}

/** One run: takes inputs as `backtest` does, one by one, and ends when it is told to. */
export class BacktestRun {
  readonly #program: Program;
  readonly #options: BacktestOptions;
  readonly #engine: Engine;
  readonly #order: Order;
  readonly #transitions: Transition[] = [];
  /** Alarms of the newest instant, not in order yet. */
  #instant: Transition[] = [];
  readonly #unjudged: Partial<Record<Unjudged['why'], number>> = {};
  readonly #sink: Sink;
  /** Events later than the last reading so far: they count only if a reading follows. */
  #waiting: Input[] = [];
  #readings = 0;
  #events = 0;
  #from = Infinity;
  #to = -Infinity;

  constructor(program: Program, options: BacktestOptions) {
    this.#program = program;
    this.#options = options;
    this.#engine = new Engine(program);
    this.#order = new Order(program);
    this.#sink = {
      transition: (transition) => this.#announce(transition),
      unjudged: ({ why }) => void (this.#unjudged[why] = (this.#unjudged[why] ?? 0) + 1),
    };
  }

  take(input: Input): void {
    const { until = Infinity } = this.#options;
    if (input.kind === 'clock' || input.ts > until) return;
    if (input.kind !== 'snapshot') {
      this.#waiting.push(input);
      return;
    }
    if (this.#waiting.length > 0) this.#release();
    this.#readings += input.readings.length;
    if (this.#from > input.ts) this.#from = input.ts;
    if (this.#to < input.ts) this.#to = input.ts;
    this.#engine.feed(input, this.#sink);
  }

  end(): BacktestSummary {
    const { until } = this.#options;
    if (until !== undefined) {
      this.#release();
      this.#engine.feed({ kind: 'clock', at: until }, this.#sink);
    }
    this.#flush();
    const alarms = this.#transitions;
    const live = alarms.filter(({ mode }) => mode === 'live');
    const cases = countCases(live);
    return {
      from: this.#readings > 0 ? this.#from : null,
      to: this.#readings > 0 ? this.#to : null,
      readings: this.#readings,
      events: this.#events,
      laterEvents: this.#waiting.length,
      unjudged: this.#unjudged,
      raised: alarms.filter(({ transition }) => transition === 'raised').length,
      cleared: alarms.filter(({ transition }) => transition === 'cleared').length,
      cases,
      pilotCases: countCases(alarms) - cases,
      rules: this.#ruleSummaries(),
    };
  }

  #release(): void {
    for (const input of this.#waiting) this.#engine.feed(input, this.#sink);
    this.#events += this.#waiting.length;
    this.#waiting = [];
  }

  #announce(transition: Transition): void {
    if (this.#instant[0] && this.#instant[0].t !== transition.t) this.#flush();
    this.#instant.push(transition);
  }

  /** What happened at one instant in several steps (a deadline, then a reading) is told in order of rules and machines. */
  #flush(): void {
    if (this.#instant.length > 1) this.#instant.sort((a, b) => this.#order.compare(a, b));
    for (const transition of this.#instant) {
      this.#transitions.push(transition);
      this.#options.onTransition?.(transition);
    }
    this.#instant = [];
  }

  #ruleSummaries(): readonly RuleSummary[] {
    const summaries = new Map<number, RuleSummary>();
    for (const { id, profile } of this.#program.machines.values()) {
      for (const { id: rule, mode, order, sensors } of profile.rules) {
        const before = summaries.get(order) ?? { rule, mode, raised: 0, cleared: 0, machines: 0, covered: 0 };
        const covered = sensors.every((place) => this.#engine.hasRead(id, profile.sensors[place]?.sensor.id ?? ''));
        summaries.set(order, { ...before, machines: before.machines + 1, covered: before.covered + (covered ? 1 : 0) });
      }
    }
    const counts = new Map<string, { raised: number; cleared: number }>();
    for (const { rule, transition } of this.#transitions) {
      const count = counts.get(rule) ?? { raised: 0, cleared: 0 };
      count[transition]++;
      counts.set(rule, count);
    }
    return [...summaries].sort(([a], [b]) => a - b).map(([, summary]) => ({ ...summary, ...counts.get(summary.rule) }));
  }
}

/** Order of rules in the file, then of machines in the plant. */
class Order {
  readonly #rules = new Map<string, number>();
  readonly #machines = new Map<string, number>();

  constructor(program: Program) {
    for (const { id, order, profile } of program.machines.values()) {
      this.#machines.set(id, order);
      for (const rule of profile.rules) this.#rules.set(rule.id, rule.order);
    }
  }

  compare(a: Transition, b: Transition): number {
    const [rules, machines] = [this.#rules, this.#machines];
    return (
      (rules.get(a.rule) ?? 0) - (rules.get(b.rule) ?? 0) ||
      (machines.get(a.machine) ?? 0) - (machines.get(b.machine) ?? 0)
    );
  }
}
