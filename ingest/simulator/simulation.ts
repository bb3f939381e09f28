/** All simulated machines of a plant, and what they would send at a time. */
import { durationMs } from '#shared/model/duration.ts';
import { type EquippedMachine, type Plant, PlantIndex } from '#shared/model/plant.ts';
import { MINUTE } from './calendar.ts';
import { FaultPlan } from './faults.ts';
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

interface Sender {
  readonly machine: VirtualMachine;
  /** Shortest sampling interval of its sensors, ms, and where in it the machine samples. */
  readonly every: number;
  readonly offset: number;
  /** Every how many samples each sensor is sent. */
  readonly strides: ReadonlyMap<string, number>;
}

const DEFAULT_EVERY = 10_000;

export class Simulation {
  /** In the order in which people look at them: those with faults first. */
  readonly senders: readonly Sender[];

  /** `epoch`: the first start of this demo, ms. */
  constructor(plant: Plant, seed: number, epoch: number) {
    const index = new PlantIndex(plant);
    const simulated = plant.machines.filter((m) => m.simulated).flatMap(({ id }) => index.machine(id) ?? []);
    const mayFail = simulated
      .filter(({ machine }) => !machine.reference)
      .map(({ machine, model }) => ({ id: machine.id, kind: kindOf(model.id) }));
    const faults = new FaultPlan(seed, epoch, mayFail);
    const customers = plant.customers.map((c) => c.id);
    const senders = simulated.map((equipped) => {
      const shifts = shiftsOf(customers.indexOf(equipped.machine.customer));
      return senderOf(equipped, new VirtualMachine(equipped, { seed, shifts, faults }));
    });
    const ill = faults.illSince(epoch);
    this.senders = [...senders.filter((s) => ill.has(s.machine.id)), ...senders.filter((s) => !ill.has(s.machine.id))];
  }

  /** What all machines send with a time in (from, to], in order of time. */
  messages(from: number, to: number): SimulatedMessage[] {
    const sent: (readonly [number, SimulatedMessage])[] = [];
    for (const sender of this.senders) {
      const { machine, every, offset } = sender;
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
        say(ts, 'telemetry', { ts, values: valuesOf(sender, n, ts) });
      }
      for (let minute = Math.floor(from / MINUTE) + 1; minute * MINUTE <= to; minute++) {
        const ts = minute * MINUTE;
        if (machine.isConnected(ts)) for (const logged of machine.loggedAt(ts)) say(ts, 'events', { ts, ...logged });
      }
    }
    return sent.toSorted(([a], [b]) => a - b).map(([, message]) => message);
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
  const intervals = new Map(machine.sensors.map(({ id, every }) => [id, every ? durationMs(every) : DEFAULT_EVERY]));
  const every = Math.max(1000, Math.min(DEFAULT_EVERY * 6, ...intervals.values()));
  const strides = new Map([...intervals].map(([id, interval]) => [id, Math.max(1, Math.round(interval / every))]));
  const offset = Math.floor(uniform(keyOf(equipped.machine.id), 3) * every);
  return { machine, every, offset, strides };
}

function valuesOf({ machine, strides }: Sender, n: number, ts: number): Record<string, number> {
  const values = machine.valuesAt(ts);
  return Object.fromEntries(Object.entries(values).filter(([id]) => n % (strides.get(id) ?? 1) === 0));
}

/** The first two customers of the plant work round the clock, so that there is something to see on a Sunday night. */
function shiftsOf(customer: number): ShiftPattern {
  return SHIFT_PATTERNS[Math.max(0, (customer % 4) - 1)] ?? 'conti';
}
