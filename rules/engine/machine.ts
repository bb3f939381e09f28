/** State of one machine: newest readings, memories, events, and where each of its alarms stands. */
import type { MachinePlan } from './compile.ts';
import type { SequenceMemory, View } from './conditions/node.ts';
import { newSequenceMemory } from './conditions/sequence.ts';
import { type Clock, Deadlines, type Timed } from './deadlines.ts';
import type { Profile, Wait } from './profile.ts';
import { type Baseline, type Baselines, type Instant, NEVER } from './types.ts';
import { EventWindow } from './windows/events.ts';
import { SensorMemory } from './windows/memory.ts';

/**
 * Where an alarm stands. normal: the condition is false or unknown. pending: it is true, the on-delay runs. raised: danger is
 * announced. clearing: the relaxed condition is false, the off-delay runs.
 */
export const Phase = { normal: 0, pending: 1, raised: 2, clearing: 3 } as const;

/** Items with deadlines are numbered through: sensors, then alarms, then event windows, each by place. */
export class MachineState implements View, Timed {
  readonly id: string;
  readonly order: number;
  readonly profile: Profile;
  /** The machine's first reading; NaN before it. */
  first: Instant = { ts: NaN, at: NaN };
  /** Of the input with the newest time of the machine's own: that time, and when it came; NaN before the first. */
  newestTs = NaN;
  newestAt = NaN;
  state: string | undefined;
  stateTs = -Infinity;
  readonly value: Float64Array;
  readonly ts: Float64Array;
  /** Time of receipt of the newest reading. */
  readonly at: Float64Array;
  readonly usable: Uint8Array;
  readonly quiet: Float64Array;
  readonly memory: readonly (SensorMemory | undefined)[];
  readonly events: readonly EventWindow[];
  readonly sequences: readonly SequenceMemory[];
  readonly phase: Uint8Array;
  /** Since when an alarm is pending or clearing. */
  readonly sinceTs: Float64Array;
  readonly sinceAt: Float64Array;
  /** What is due by the machine's own time. */
  readonly deadlines = new Deadlines<MachineState>('ts');
  readonly #scheduledTs: Float64Array;
  readonly #scheduledAt: Float64Array;
  readonly #baselines: Baselines;

  constructor({ id, order, profile }: MachinePlan, baselines: Baselines) {
    this.id = id;
    this.order = order;
    this.profile = profile;
    const [sensors, rules] = [profile.sensors.length, profile.rules.length];
    this.value = new Float64Array(sensors).fill(NaN);
    this.ts = new Float64Array(sensors).fill(-Infinity);
    this.at = new Float64Array(sensors).fill(-Infinity);
    this.usable = new Uint8Array(sensors);
    this.quiet = new Float64Array(sensors);
    this.memory = profile.sensors.map(({ observers }) => {
      return observers.length > 0 ? new SensorMemory(observers) : undefined;
    });
    this.events = profile.events.map(({ widthMs }) => new EventWindow(widthMs));
    this.sequences = profile.rules.flatMap(({ sequences }) => sequences.map(({ length }) => newSequenceMemory(length)));
    this.phase = new Uint8Array(rules);
    this.sinceTs = new Float64Array(rules);
    this.sinceAt = new Float64Array(rules);
    this.#scheduledTs = new Float64Array(sensors + rules + this.events.length).fill(Infinity);
    this.#scheduledAt = new Float64Array(sensors + rules + this.events.length).fill(Infinity);
    this.#baselines = baselines;
  }

  baseline(place: number): Baseline | undefined {
    const sensor = this.profile.sensors[place]?.sensor;
    return sensor && this.#baselines(this.id, sensor.id);
  }

  /** The server's time `at` in the machine's own time, as far as its last input tells. */
  now(at: number): Instant {
    return { ts: Number.isNaN(this.newestTs) ? at : this.newestTs + at - this.newestAt, at };
  }

  /** Number of items. */
  get items(): number {
    return this.#scheduledAt.length;
  }

  alarmItem(rule: number): number {
    return this.profile.sensors.length + rule;
  }

  eventItem(window: number): number {
    return this.profile.sensors.length + this.profile.rules.length + window;
  }

  /** What an item number stands for. */
  itemOf(item: number): { readonly kind: 'sensor' | 'alarm' | 'events'; readonly place: number } {
    const [sensors, rules] = [this.profile.sensors.length, this.profile.rules.length];
    if (item < sensors) return { kind: 'sensor', place: item };
    if (item < sensors + rules) return { kind: 'alarm', place: item - sensors };
    return { kind: 'events', place: item - sensors - rules };
  }

  scheduled(clock: Clock): Float64Array {
    return clock === 'ts' ? this.#scheduledTs : this.#scheduledAt;
  }

  due(item: number, clock: Clock): number {
    // silence and staleness count from receipt only
    if (clock === 'ts' && this.itemOf(item).kind === 'sensor') return Infinity;
    return this.dueOf(item)[clock];
  }

  /** When the item is due on both clocks. */
  dueOf(item: number): Instant {
    const { kind, place } = this.itemOf(item);
    if (kind === 'sensor') return this.quietDue(place);
    if (kind === 'alarm') return this.alarmDue(place);
    return this.events[place]?.due ?? NEVER;
  }

  /** When the sensor's quiet next makes a difference: counted from its last reading, else from the machine's first. */
  quietDue(place: number): Instant {
    const wait = this.nextWait(place);
    if (!wait || Number.isNaN(this.first.ts)) return NEVER;
    const since = this.reported(place) ? { ts: this.ts[place] as number, at: this.at[place] as number } : this.first;
    return { ts: since.ts + wait.ms, at: since.at + wait.ms };
  }

  /** The next of the sensor's waits that has not passed. */
  nextWait(place: number): Wait | undefined {
    const plan = this.profile.sensors[place];
    const quiet = this.quiet[place] as number;
    const waits = this.reported(place) ? plan?.waits : plan?.silences;
    return waits?.find(({ ms }) => ms > quiet);
  }

  /** Whether the sensor has had a reading. */
  reported(place: number): boolean {
    return !Number.isNaN(this.value[place]);
  }

  /** When the delay that runs for an alarm has passed. */
  alarmDue(rule: number): Instant {
    const phase = this.phase[rule];
    const plan = this.profile.rules[rule];
    if (!plan || (phase !== Phase.pending && phase !== Phase.clearing)) return NEVER;
    const delay = phase === Phase.pending ? plan.forMs : plan.clearMs;
    return { ts: (this.sinceTs[rule] as number) + delay, at: (this.sinceAt[rule] as number) + delay };
  }

  isStale(place: number): boolean {
    return this.reported(place) && (this.quiet[place] as number) >= (this.profile.sensors[place]?.staleMs ?? Infinity);
  }

  /** Works out anew whether rules may use the sensor. */
  refresh(place: number): void {
    const inputs = this.profile.sensors[place]?.recipe?.inputs ?? [];
    const known = this.reported(place) && !this.isStale(place);
    this.usable[place] = known && !inputs.some((input) => this.isStale(input)) ? 1 : 0;
  }
}
