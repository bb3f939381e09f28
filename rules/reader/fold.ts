/** The fold over the journal: (setup, engine, record) → what is to be written. It awaits nothing and reads no clock. */
import { Engine } from '#rules/engine/engine.ts';
import type { EngineSnapshot } from '#rules/engine/snapshot.ts';
import type { Sink, Transition } from '#rules/engine/types.ts';
import type { JournalRecord } from '#shared/journal/port.ts';
import { greatestExcess, type Reason } from '#shared/model/reason.ts';
import { sentences } from '#shared/model/sentence.ts';
import type { Text } from '#shared/model/text.ts';
import { interpret } from '#shared/telemetry/interpret.ts';
import { type Note, readNote } from '#shared/telemetry/note.ts';
import { RateLimit, type RateMemory } from '#shared/telemetry/rate-limit.ts';
import type { Telemetry } from '#shared/telemetry/types.ts';
import { Samples, type SamplesMemory } from './samples.ts';
import type { Setup } from './setup.ts';
import type { StatusBoard } from './status-board.ts';
import type { Doubtful, Work } from './work.ts';

/** Where the fold puts what it yields. */
export interface Gathering {
  readonly work: Work;
  readonly board: StatusBoard;
}

/** What the engine remembers, and beside it how much machines have said and what of the rejects was kept. */
export interface FoldMemory extends EngineSnapshot {
  readonly rate?: RateMemory;
  readonly samples?: SamplesMemory;
}

export interface FoldOptions {
  /** First level of the topics. */
  readonly prefix: string;
  /** What a machine may say a second; without limit where undefined. */
  readonly readingsPerSecond?: number | undefined;
  /** So many rejects of one machine and reason are kept a minute; a hundred where undefined. */
  readonly rejectsAMinute?: number | undefined;
}

export class Fold {
  readonly #prefix: string;
  #setup: Setup;
  readonly #engine: Engine;
  readonly #rate: RateLimit;
  readonly #samples: Samples;
  #doubtful: readonly Doubtful[] | undefined;

  /** `memory`: of a fold with the same setup, to go on where it was. */
  constructor(setup: Setup, { prefix, readingsPerSecond, rejectsAMinute }: FoldOptions, memory?: FoldMemory) {
    this.#prefix = prefix;
    this.#rate = new RateLimit(readingsPerSecond, memory?.rate);
    this.#samples = new Samples(rejectsAMinute, memory?.samples);
    this.#setup = setup;
    this.#engine = memory ? Engine.restore(setup.program, memory) : new Engine(setup.program);
  }

  /** Version of the configuration that holds. */
  get configuration(): number | null {
    return this.#setup.version;
  }

  /** Whose machine it is; null where the plant does not have it. */
  customerOf(machine: string): string | null {
    return this.#setup.index.machine(machine)?.machine.customer ?? null;
  }

  /** The reason as one sentence, with the names that hold now. */
  sentence(machine: string, reason: Reason): Text {
    const equipped = this.#setup.index.machine(machine);
    return sentences(reason, (sensor) => equipped?.sensors.get(sensor)?.name);
  }

  /** How far the sensors of a rule are outside their tolerance now, percent; undefined where the rule is not about that. */
  excess(machine: string, rule: string): number | undefined {
    const fact = this.#engine.explain(machine, rule);
    return fact && greatestExcess(fact);
  }

  memory(): FoldMemory {
    return { ...this.#engine.snapshot(), rate: this.#rate.memory(), samples: this.#samples.memory() };
  }

  /**
   * Takes one record; `next` is the setup it names, where it is a configuration. Never throws: a record that cannot be judged
   * is set aside, the same at every fold, and costs the others nothing.
   */
  take(record: JournalRecord, next: Setup | undefined, gathering: Gathering): void {
    try {
      this.#take(record, next, gathering);
    } catch (error) {
      gathering.work.fail(record, error, this.#samples);
    }
    gathering.work.pass(record);
  }

  #take(record: JournalRecord, next: Setup | undefined, gathering: Gathering): void {
    const { at } = record;
    switch (record.kind) {
      case 'tick':
        this.#engine.feed({ kind: 'clock', at }, this.#sink(at, gathering));
        this.#doubt(at, gathering.work);
        break;
      case 'config':
        if (next && next.version !== this.#setup.version) this.#change(next, at, gathering);
        break;
      case 'note': {
        const note = readNote(record.payload);
        if (note?.note === 'slowed') this.#slowed(note, at, gathering.work);
        else if (note !== undefined) gathering.work.notes.push({ ...note, at });
        break;
      }
      case 'message': {
        const telemetry = this.#rate.admit(interpret(record, this.#setup.index, this.#prefix), at);
        if (telemetry.beat !== undefined) gathering.work.beat = telemetry.beat;
        this.#feed(telemetry, at, gathering);
        this.#note(telemetry, record, gathering);
        break;
      }
    }
  }

  /** Tells which standing alarms cannot be judged any more, whenever that changes, and once after a start. */
  #doubt(at: number, work: Work): void {
    const before = this.#doubtful;
    const now = this.#engine.doubtful();
    const known = now.map((alarm) =>
      before?.find(({ machine, rule }) => machine === alarm.machine && rule === alarm.rule),
    );
    if (before?.length === now.length && !known.includes(undefined)) return;
    this.#doubtful = now.map((alarm, n) => known[n] ?? { ...alarm, since: at });
    work.doubtful = this.#doubtful;
  }

  #change(next: Setup, at: number, gathering: Gathering): void {
    const before = this.#setup;
    this.#setup = next;
    this.#engine.reconfigure(next.program, at, this.#sink(at, gathering, before));
  }

  /** What the broker holds back of a machine comes late: who looks for the reason finds it counted, and told. */
  #slowed({ machine, perSecond }: Extract<Note, { note: 'slowed' }>, at: number, work: Work): void {
    if (this.#setup.index.machine(machine) === undefined) return;
    work.count(machine, at, 'slowed');
    work.excess.push({ kind: 'slowed', machine, at, perSecond });
  }

  /** States and events apply before readings of the same message. */
  #feed({ states, events, snapshots }: Telemetry, at: number, gathering: Gathering): void {
    const sink = this.#sink(at, gathering);
    for (const state of states) this.#engine.feed({ kind: 'state', at, ...state }, sink);
    for (const event of events) {
      const { machine, ts, code, text } = event;
      this.#engine.feed({ kind: 'event', at, machine, ts, code, ...(text === undefined ? {} : { text }) }, sink);
    }
    for (const snapshot of snapshots) this.#engine.feed({ kind: 'snapshot', at, ...snapshot }, sink);
  }

  #note(telemetry: Telemetry, record: JournalRecord, { work, board }: Gathering): void {
    const { index } = this.#setup;
    const { machine } = telemetry;
    const { at } = record;
    const knows = (id: string): boolean => index.machine(id) !== undefined;
    work.reject(record, telemetry.rejects, { knows, samples: this.#samples });
    if (machine === undefined || !knows(machine)) return;
    work.sequence(machine, record, telemetry.sequence);
    board.message(machine, at);
    if (telemetry.snapshots.length > 0) board.reading(machine, at);
    for (const { state, ts } of telemetry.states) board.state(machine, state, ts);
    for (const { online } of telemetry.connections) board.connection(machine, online, at);
  }

  #sink(at: number, { work }: Gathering, before?: Setup): Sink {
    return {
      transition: (told) => {
        const transition = told.reason.ended === undefined ? told : this.#explained(told);
        work.told.push({ ...this.#context(transition, before), transition, at });
      },
      unjudged: ({ machine, why }) => work.count(machine, at, why),
    };
  }

  /** A change of the configuration ended the alarm: its reason tells which one, by whom and why. */
  #explained(transition: Transition): Transition {
    const { version, ruleVersions, removals, author, reason: why } = this.#setup;
    const ruleVersion = ruleVersions.get(transition.rule) ?? removals.get(transition.rule);
    const change = {
      configuration: version ?? 0,
      ...(ruleVersion === undefined ? {} : { ruleVersion }),
      author,
      why,
    };
    return { ...transition, reason: { ...transition.reason, change } };
  }

  /** Names, customer and rule version as they hold now; of what was just removed, as they held before. */
  #context({ machine, rule, reason }: Transition, before: Setup | undefined) {
    const equipped = this.#setup.index.machine(machine) ?? before?.index.machine(machine);
    return {
      ruleVersion: this.#setup.ruleVersions.get(rule) ?? before?.ruleVersions.get(rule) ?? 0,
      customer: equipped?.machine.customer ?? null,
      sentence: sentences(reason, (sensor) => equipped?.sensors.get(sensor)?.name),
    };
  }
}
