/**
 * How much a machine may say: readings, events and states within ten seconds of its own time. A fold over the journal: readers
 * that remember what it remembers judge alike, whenever they read.
 *
 * Its own time and not that of receipt: a gateway that was offline for a day sends the day within seconds, and a
 * broker what it kept while the house was away. That is honest, and nothing of it may be set aside.
 */
import { quote } from './quote.ts';
import { rejectOf } from './reject.ts';
import type { Snapshot, Telemetry } from './types.ts';

const SLOT_MS = 10_000;
/** Slots remembered of a machine: one, or a few where it sends the past beside the present. The oldest give way. */
const SLOTS = 16;
/** What a machine said that was silent so long is forgotten. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Slot (its number since 1970) → how much was said in it; in the order in which the slots were begun. */
type Slots = Map<number, number>;

/** What to save so that another one goes on: minute of receipt, slots of the machines heard in it, and in the one before. */
export interface RateMemory {
  readonly minute: number;
  readonly now: SavedSlots;
  readonly before: SavedSlots;
}
type SavedSlots = readonly (readonly [machine: string, ...(readonly [slot: number, said: number])[]])[];

export class RateLimit {
  readonly #perSecond: number | undefined;
  /** In a slot. */
  readonly #most: number;
  #excess = 0;
  #minute: number;
  #now: Map<string, Slots>;
  #before: Map<string, Slots>;

  /** `perSecond`: what a machine may say a second, over ten seconds; undefined: without limit. */
  constructor(perSecond: number | undefined, memory?: RateMemory) {
    this.#perSecond = perSecond;
    this.#most = (perSecond ?? Infinity) * (SLOT_MS / 1_000);
    this.#minute = memory?.minute ?? 0;
    this.#now = restored(memory?.now);
    this.#before = restored(memory?.before);
  }

  memory(): RateMemory {
    return { minute: this.#minute, now: saved(this.#now), before: saved(this.#before) };
  }

  /**
   * What the machine may say of this; the rest is one reject that stands for all of it. A snapshot is taken or set aside as a
   * whole. `at`: time of receipt, epoch ms, which never falls.
   */
  admit(telemetry: Telemetry, at: number): Telemetry {
    const { machine } = telemetry;
    if (this.#most === Infinity || machine === undefined) return telemetry;
    if (telemetry.snapshots.length + telemetry.events.length + telemetry.states.length === 0) return telemetry;
    const slots = this.#slotsOf(machine, at);
    this.#excess = 0;
    const states = this.#within(slots, telemetry.states, one);
    const events = this.#within(slots, telemetry.events, one);
    const snapshots = this.#within(slots, telemetry.snapshots, readingsOf);
    if (this.#excess === 0) return telemetry;
    const rejects = [...telemetry.rejects, this.#reject(machine, this.#excess)];
    return { ...telemetry, states, events, snapshots, rejects };
  }

  /** All of it itself where all fits. */
  #within<T extends { readonly ts: number }>(slots: Slots, given: readonly T[], sizeOf: (item: T) => number) {
    let kept: T[] | undefined;
    for (let i = 0; i < given.length; i++) {
      const item = given[i] as T;
      const size = sizeOf(item);
      if (this.#add(slots, Math.floor(item.ts / SLOT_MS), size) <= this.#most) kept?.push(item);
      else {
        this.#excess += size;
        kept ??= given.slice(0, i);
      }
    }
    return kept ?? given;
  }

  /** Adds to a slot; answers what it holds then. */
  #add(slots: Slots, slot: number, count: number): number {
    const said = (slots.get(slot) ?? 0) + count;
    slots.set(slot, said);
    if (slots.size > SLOTS) for (const oldest of slots.keys()) if (slots.delete(oldest)) break;
    return said;
  }

  #slotsOf(machine: string, at: number): Slots {
    const minute = Math.floor(at / FORGOTTEN_AFTER_MS);
    if (minute !== this.#minute) {
      this.#before = minute === this.#minute + 1 ? this.#now : new Map();
      this.#now = new Map();
      this.#minute = minute;
    }
    let slots = this.#now.get(machine);
    if (slots === undefined) {
      slots = this.#before.get(machine) ?? new Map();
      this.#before.delete(machine);
      this.#now.set(machine, slots);
    }
    return slots;
  }

  #reject(machine: string, count: number) {
    const detail = `more than ${this.#perSecond} readings, events and states a second of its own time from ${quote(machine)}; ${count} of this message are set aside: let the machine send less, or raise MACHINE_READINGS_PER_SECOND`;
    return { ...rejectOf(machine, 'too-many', detail, undefined, ''), count };
  }
}

const one = (): number => 1;
const readingsOf = ({ readings }: Snapshot): number => readings.length;

function restored(from: SavedSlots = []): Map<string, Slots> {
  return new Map(from.map(([machine, ...slots]) => [machine, new Map(slots)]));
}

function saved(machines: ReadonlyMap<string, Slots>): SavedSlots {
  return [...machines].map(([machine, slots]) => [machine, ...slots]);
}
