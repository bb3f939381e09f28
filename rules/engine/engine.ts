/**
 * The rule engine: a pure fold over inputs. It awaits nothing and reads no clock; the same inputs give the same transitions,
 * however they are split over snapshots and restarts.
 */
import type { Fact } from '#shared/model/reason.ts';
import type { MachinePlan, Program } from './compile.ts';
import { type Clock, Deadlines, type Due } from './deadlines.ts';
import { endedBy } from './ended.ts';
import { admit } from './intake.ts';
import { judge, type Move } from './life.ts';
import { MachineState, Phase } from './machine.ts';
import { pass } from './passing.ts';
import type { RulePlan, SensorPlan } from './profile.ts';
import { type EngineSnapshot, load, type Saved, save } from './snapshot.ts';
import type { Input, Instant, Sink, Transition } from './types.ts';

/** A transition on its way out, with what orders it among those of the same instant. */
interface Told {
  readonly rule: number;
  readonly machine: number;
  readonly transition: Transition;
}

export class Engine {
  #program: Program;
  readonly #machines = new Map<string, MachineState>();
  #deadlines = new Deadlines<MachineState>('at');
  /** Newest time of receipt. */
  #at = -Infinity;
  #told: Told[] = [];
  /** Sensors touched by the snapshot at hand; how many is kept beside, because emptying an array costs more than filling it. */
  readonly #touched: number[] = [];
  #touchedCount = 0;
  readonly #touch = (place: number): void => void (this.#touched[this.#touchedCount++] = place);
  /** For each rule of a machine the round in which it was last judged, so that one snapshot judges it once. */
  #rounds: Float64Array;
  #round = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#rounds = new Float64Array(program.width);
  }

  /** Continues where `snapshot` of an engine with the same program was taken. */
  static restore(program: Program, snapshot: EngineSnapshot): Engine {
    const engine = new Engine(program);
    engine.#at = snapshot.at ?? -Infinity;
    for (const saved of snapshot.machines) {
      const plan = program.machines.get(saved.id);
      if (plan) engine.#take(plan, saved, () => true);
    }
    return engine;
  }

  /** Everything there is to remember, as plain JSON. */
  snapshot(): EngineSnapshot {
    return {
      version: 1,
      at: Number.isFinite(this.#at) ? this.#at : null,
      machines: [...this.#machines.values()].map((machine) => save(machine)),
    };
  }

  /** Whether a reading of the sensor was judged, a derived one too. */
  hasRead(machine: string, sensor: string): boolean {
    const known = this.#machines.get(machine);
    const place = known?.profile.places.get(sensor);
    return known !== undefined && place !== undefined && known.reported(place);
  }

  /** The numbers of a rule as they are now, judged as its alarm stands; undefined for a rule or machine it does not know. */
  explain(machine: string, rule: string): Fact | undefined {
    const state = this.#machines.get(machine);
    const place = state?.profile.rulePlaces.get(rule);
    if (!state || place === undefined) return undefined;
    return state.profile.rules[place]?.condition.explain(state, (state.phase[place] as number) >= Phase.raised);
  }

  /** Standing alarms whose condition is unknown now, so that nobody can say whether they would clear. */
  doubtful(): { readonly machine: string; readonly rule: string }[] {
    const found: { readonly machine: string; readonly rule: string }[] = [];
    for (const machine of this.#machines.values()) {
      const { phase, profile } = machine;
      for (let place = 0; place < phase.length; place++) {
        if ((phase[place] as number) < Phase.raised) continue;
        const rule = profile.rules[place] as RulePlan;
        if (rule.condition.judge(machine, true) === undefined) found.push({ machine: machine.id, rule: rule.id });
      }
    }
    return found;
  }

  /** Takes one input; `at` must not fall from call to call. */
  feed(input: Input, out: Sink): void {
    this.#at = input.at;
    this.#passServerTime(input.at, out);
    if (input.kind === 'clock') return;
    const machine = this.#machine(input.machine);
    if (!machine) {
      if (input.kind !== 'snapshot') return;
      const { ts } = input;
      for (const { sensor } of input.readings)
        out.unjudged?.({ machine: input.machine, sensor, ts, why: 'unknown-machine' });
      return;
    }
    this.#passMachineTime(machine, input.ts, out);
    if (!(input.ts <= machine.newestTs)) {
      machine.newestTs = input.ts;
      machine.newestAt = input.at;
    }
    if (input.kind === 'snapshot') this.#takeSnapshot(machine, input, out);
    else if (input.kind === 'event') this.#takeEvent(machine, input);
    else this.#takeState(machine, input);
    this.#tell(out);
  }

  /**
   * Goes on with another program from `at` on. Rules that decide as before keep their alarms; alarms of the others end as
   * `cleared` with the reason `ended`, and what is new is judged at once with what is known.
   */
  reconfigure(program: Program, at: number, out: Sink): void {
    this.feed({ kind: 'clock', at }, out);
    const machines = [...this.#machines.values()];
    this.#program = program;
    this.#machines.clear();
    this.#deadlines = new Deadlines('at');
    this.#rounds = new Float64Array(program.width);
    this.#round = 0;
    for (const old of machines) this.#endAlarms(old, program.machines.get(old.id), at);
    this.#tell(out);
    for (const old of machines) {
      const plan = program.machines.get(old.id);
      if (!plan) continue;
      const before = new Map(old.profile.rules.map((rule) => [rule.id, rule.fingerprint]));
      const machine = this.#take(plan, save(old), (rule) => before.get(rule.id) === rule.fingerprint);
      for (const [place, rule] of plan.profile.rules.entries())
        if (before.get(rule.id) !== rule.fingerprint) this.#judge(machine, place, machine.now(at));
    }
    this.#tell(out);
  }

  #machine(id: string): MachineState | undefined {
    const known = this.#machines.get(id);
    if (known) return known;
    const plan = this.#program.machines.get(id);
    return plan && this.#add(plan);
  }

  #add(plan: MachinePlan): MachineState {
    const machine = new MachineState(plan, this.#program.baselines);
    this.#machines.set(plan.id, machine);
    return machine;
  }

  /** Adds a machine with what was saved of it. */
  #take(plan: MachinePlan, saved: Saved, keeps: (rule: RulePlan) => boolean): MachineState {
    const machine = this.#add(plan);
    load(machine, saved, keeps, this.#at);
    for (let item = 0; item < machine.items; item++) this.#schedule(machine, item);
    return machine;
  }

  #takeSnapshot(machine: MachineState, snapshot: Extract<Input, { kind: 'snapshot' }>, out: Sink): void {
    this.#touchedCount = 0;
    admit(machine, snapshot, out, this.#touch);
    if (this.#touchedCount === 0) return;
    const { sensors } = machine.profile;
    if (Number.isNaN(machine.first.ts)) {
      machine.first = { ts: snapshot.ts, at: snapshot.at };
      for (const place of sensors.keys()) this.#deadlines.schedule(machine, place);
    }
    const scheduled = machine.scheduled('at');
    this.#round++;
    for (let touched = 0; touched < this.#touchedCount; touched++) {
      const place = this.#touched[touched] as number;
      const plan = sensors[place] as SensorPlan;
      const wait = plan.waits[0];
      if (wait && snapshot.at + wait.ms < (scheduled[place] as number)) this.#deadlines.schedule(machine, place);
      for (const rule of plan.rules) {
        if (this.#rounds[rule] === this.#round) continue;
        this.#rounds[rule] = this.#round;
        this.#judge(machine, rule, snapshot);
      }
    }
  }

  #takeEvent(machine: MachineState, event: Extract<Input, { kind: 'event' }>): void {
    const concerned = new Set<number>();
    for (const [place, { code, widthMs, rules }] of machine.profile.events.entries()) {
      if (code !== event.code || event.ts + widthMs <= machine.newestTs) continue;
      machine.events[place]?.add(event);
      this.#schedule(machine, machine.eventItem(place));
      for (const rule of rules) concerned.add(rule);
    }
    for (const rule of concerned) this.#judge(machine, rule, event);
  }

  #takeState(machine: MachineState, report: Extract<Input, { kind: 'state' }>): void {
    if (report.ts < machine.stateTs) return;
    machine.state = report.state;
    machine.stateTs = report.ts;
    for (const rule of machine.profile.stateRules) this.#judge(machine, rule, report);
  }

  #passServerTime(until: number, out: Sink): void {
    for (let due = this.#deadlines.take(until); due; due = this.#deadlines.take(until)) this.#fire(due, 'at', out);
  }

  #passMachineTime(machine: MachineState, until: number, out: Sink): void {
    for (let due = machine.deadlines.take(until); due; due = machine.deadlines.take(until)) this.#fire(due, 'ts', out);
  }

  /**
   * Everything due at one instant: first all of it comes to pass, then each rule concerned is judged once. What is due at once
   * on the server's clock but not in the machine's own time (a recording played fast) comes one after the other.
   */
  #fire(due: readonly Due<MachineState>[], clock: Clock, out: Sink): void {
    const instants = new Map<MachineState, Instant>();
    for (const { owner, item } of due) {
      const { ts, at } = owner.dueOf(item);
      if (!(ts >= (instants.get(owner)?.ts ?? Infinity)))
        instants.set(owner, { ts, at: clock === 'at' ? at : this.#at });
    }
    const concerned = new Map<MachineState, Set<number>>();
    for (const { owner, item } of due) {
      const ts = instants.get(owner)?.ts ?? NaN;
      if (owner.dueOf(item).ts > ts) continue;
      const rules = concerned.get(owner) ?? new Set();
      concerned.set(owner, rules);
      for (const rule of pass(owner, item, ts)) rules.add(rule);
    }
    for (const [machine, rules] of concerned)
      for (const rule of rules) this.#judge(machine, rule, instants.get(machine) as Instant);
    for (const { owner, item } of due) this.#schedule(owner, item);
    this.#tell(out);
  }

  #judge(machine: MachineState, place: number, now: Instant): void {
    const move = judge(machine, place, now);
    if (move) this.#told.push(describe(machine, place, move));
    const phase = machine.phase[place];
    if (phase === Phase.pending || phase === Phase.clearing) this.#schedule(machine, machine.alarmItem(place));
  }

  #schedule(machine: MachineState, item: number): void {
    this.#deadlines.schedule(machine, item);
    machine.deadlines.schedule(machine, item);
  }

  /** Announces the end of standing alarms whose rule or machine went away or decides otherwise from now on. */
  #endAlarms(machine: MachineState, plan: MachinePlan | undefined, at: number): void {
    for (const [place, rule] of machine.profile.rules.entries()) {
      if ((machine.phase[place] as number) < Phase.raised) continue;
      const ended = endedBy(rule, machine.profile, { program: this.#program, plan });
      if (!ended) continue;
      const since = machine.now(at).ts;
      this.#told.push(describe(machine, place, { transition: 'cleared', since, delayMs: 0, ended }));
    }
  }

  /** Hands out what was announced, in the order of rules, then of machines. */
  #tell(out: Sink): void {
    if (this.#told.length === 0) return;
    const told = this.#told;
    this.#told = [];
    if (told.length > 1) told.sort((a, b) => a.rule - b.rule || a.machine - b.machine);
    for (const { transition } of told) out.transition(transition);
  }
}

function describe(machine: MachineState, place: number, { transition, since, delayMs, ended }: Move): Told {
  const rule = machine.profile.rules[place] as RulePlan;
  const fact = rule.condition.explain(machine, transition === 'cleared');
  const reason = { since, delayMs, fact, ...(ended ? { ended } : {}) };
  const { id, mode, severity, component } = rule;
  const t = since + delayMs;
  return {
    rule: rule.order,
    machine: machine.order,
    transition: { t, machine: machine.id, rule: id, mode, transition, severity, component, reason },
  };
}
