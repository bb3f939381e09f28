/** All simulated machines of a plant, and what they would send at a time. */
import { durationMs } from '#shared/model/duration.ts';
import { type EquippedMachine, type Plant, PlantIndex } from '#shared/model/plant.ts';
import { MINUTE } from './calendar.ts';
import { FaultPlan } from './faults.ts';
import type { Happening } from './happenings.ts';
import { keyOf, uniform } from './noise.ts';
import { type OperatingState, SHIFT_PATTERNS, type ShiftPattern } from './schedule.ts';
import { kindOf, VirtualMachine } from './virtual-machine.ts';

/** One message as a machine publishes it. */
export interface SimulatedMessage {
  readonly machine: string;
  /** Level of the topic after the machine. */
  readonly topic: 'telemetry' | 'events' | 'state' | 'connection';
  readonly payload: string;
  readonly retain: boolean;
}

/** What one machine told at one time of its past. */
export interface Moment {
  readonly ts: number;
  readonly values: Readonly<Record<string, number>>;
  readonly logged: readonly Happening[];
  /** Set where it changed. */
  readonly state?: OperatingState;
}

export interface Sender {
  readonly machine: VirtualMachine;
  /** How often it sends, ms, and where in that interval. */
  readonly every: number;
  readonly offset: number;
}

export class Simulation {
  /** In the order in which people look at them: those with faults first. */
  readonly senders: readonly Sender[];
  readonly #faults: FaultPlan;

  /** `epoch`: the first start of this demo, ms. */
  constructor(plant: Plant, seed: number, epoch: number) {
    const index = new PlantIndex(plant);
    const simulated = plant.machines.filter((m) => m.simulated).flatMap(({ id }) => index.machine(id) ?? []);
    const mayFail = simulated
      .filter(({ machine }) => !machine.reference)
      .map(({ machine, model }) => ({ id: machine.id, kind: kindOf(model.id) }));
    const faults = new FaultPlan(seed, epoch, mayFail);
    this.#faults = faults;
    const customers = plant.customers.map((c) => c.id);
    const senders = simulated.map((equipped) => {
      const shifts = shiftsOf(customers.indexOf(equipped.machine.customer));
      return senderOf(equipped, new VirtualMachine(equipped, { seed, shifts, faults }));
    });
    const ill = faults.illSince(epoch);
    this.senders = [...senders.filter((s) => ill.has(s.machine.id)), ...senders.filter((s) => !ill.has(s.machine.id))];
  }

  /** Whether the machine had a fault at or after `from`, epoch ms. */
  wasIll(machine: string, from: number): boolean {
    return this.#faults.illSince(from).has(machine);
  }

  /** What all machines send with a time in (from, to], in order of time. */
  messages(from: number, to: number): SimulatedMessage[] {
    const sent: (readonly [number, SimulatedMessage])[] = [];
    for (const { machine, every, offset } of this.senders) {
      const { id } = machine;
      const say = (ts: number, topic: SimulatedMessage['topic'], payload: unknown, retain = false) =>
        sent.push([
          ts,
          { machine: id, topic, payload: typeof payload === 'string' ? payload : JSON.stringify(payload), retain },
        ]);
      for (let n = Math.floor((from - offset) / every) + 1; n * every + offset <= to; n++) {
        const ts = n * every + offset;
        const connected = machine.isConnected(ts);
        if (connected !== machine.isConnected(ts - every))
          say(ts, 'connection', connected ? 'online' : 'offline', true);
        if (!connected) continue;
        const state = machine.stateAt(ts);
        if (state !== machine.stateAt(ts - every) || !machine.isConnected(ts - every)) say(ts, 'state', { ts, state });
        say(ts, 'telemetry', { ts, values: machine.valuesAt(ts) });
      }
      for (let minute = Math.floor(from / MINUTE) + 1; minute * MINUTE <= to; minute++) {
        const ts = minute * MINUTE;
        if (machine.isConnected(ts)) for (const logged of machine.loggedAt(ts)) say(ts, 'events', { ts, ...logged });
      }
    }
    return sent.toSorted(([a], [b]) => a - b).map(([, message]) => message);
  }

  /** The past of one machine at whole intervals of `step` ms in (from, to]; nothing while its gateway was dead. */
  *course({ machine }: Sender, from: number, to: number, step: number): Generator<Moment> {
    let state: OperatingState | undefined;
    for (let ts = (Math.floor(from / step) + 1) * step; ts <= to; ts += step) {
      if (!machine.isConnected(ts)) continue;
      const now = machine.stateAt(ts);
      const logged = ts % MINUTE === 0 ? machine.loggedAt(ts) : [];
      yield { ts, values: machine.valuesAt(ts), logged, ...(now === state ? {} : { state: now }) };
      state = now;
    }
  }

  /** What each machine says when it comes up: that it is there, and what it is doing. */
  greetings(t: number): SimulatedMessage[] {
    return this.senders.flatMap(({ machine }) => {
      if (!machine.isConnected(t)) return [];
      const state: OperatingState = machine.stateAt(t);
      return [
        { machine: machine.id, topic: 'connection', payload: 'online', retain: true } as const,
        { machine: machine.id, topic: 'state', payload: JSON.stringify({ ts: t, state }), retain: false } as const,
      ];
    });
  }
}

function senderOf(equipped: EquippedMachine, machine: VirtualMachine): Sender {
  const every = sendsEvery(equipped);
  return { machine, every, offset: Math.floor(uniform(keyOf(equipped.machine.id), 3) * every) };
}

/** Hydraulics every 5 s, others every 10 s; machines of other models as often as the most frequent of their sensors. */
function sendsEvery({ model, sensors }: EquippedMachine): number {
  const kind = kindOf(model.id);
  if (kind !== 'any') return kind === 'hydraulic-press' ? 5000 : 10_000;
  const promised = [...sensors.values()].flatMap(({ every }) => (every ? durationMs(every) : []));
  return Math.min(60_000, Math.max(1000, Math.min(...promised, 10_000)));
}

/** The first two customers of the plant work round the clock, so that there is something to see on a Sunday night. */
function shiftsOf(customer: number): ShiftPattern {
  return SHIFT_PATTERNS[Math.max(0, (customer % 4) - 1)] ?? 'conti';
}
