/** Faults that develop: which machine has which, how bad at which time. A pure function of the seed and the first start. */
import { MINUTE } from './calendar.ts';
import { BLOCK, type Course, type FaultKind, LATER, type MachineKind, OPENING } from './fault-stories.ts';
import { keyOf, mix, uniform } from './noise.ts';
import type { Appointment } from './schedule.ts';

/** 0 healthy, about 1 where limits are reached. */
export type FaultLevels = Readonly<Record<FaultKind, number>>;
export const HEALTHY: FaultLevels = { bearing: 0, filter: 0, leak: 0, loose: 0, gateway: 0 };

/** One fault from its first sign to its repair. */
export interface Episode {
  readonly machine: string;
  readonly kind: FaultKind;
  /** Epoch ms and level, rising in time; straight between, 0 before and after. */
  readonly course: readonly (readonly [number, number])[];
}

export interface FaultyMachine {
  readonly id: string;
  readonly kind: MachineKind;
}

const CAN_HAVE: Readonly<Record<FaultKind, readonly MachineKind[]>> = {
  bearing: ['spindle-press', 'compressor'],
  filter: ['hydraulic-press', 'compressor'],
  leak: ['hydraulic-press'],
  loose: ['spindle-press', 'hydraulic-press', 'compressor'],
  gateway: ['spindle-press', 'hydraulic-press', 'compressor', 'any'],
};

/** Who is ill when. Machines named for the opening must not rest while everybody looks. */
export class FaultPlan {
  readonly #seed: number;
  readonly #epoch: number;
  readonly #machines: readonly FaultyMachine[];
  readonly #opening = new Map<string, Episode[]>();
  readonly #blocks = new Map<number, ReadonlyMap<string, Episode[]>>();

  /** `epoch`: the first start, ms. `machines`: those that may fall ill. */
  constructor(seed: number, epoch: number, machines: readonly FaultyMachine[]) {
    this.#seed = seed;
    this.#epoch = epoch;
    this.#machines = machines.toSorted((a, b) => keyOf(a.id, seed) - keyOf(b.id, seed));
    for (const [kind, of, nth, course] of OPENING) {
      const machine = this.#machines.filter((m) => m.kind === of)[nth];
      if (machine) add(this.#opening, episode(machine.id, kind, course, epoch));
    }
  }

  levels(machine: string, t: number): FaultLevels {
    let levels = HEALTHY;
    for (const { kind, course } of this.#episodes(machine, t)) {
      const level = levelAt(course, t);
      if (level > levels[kind]) levels = { ...levels, [kind]: level };
    }
    return levels;
  }

  /** Repairs take a while in which the machine is being set up; the opening finds its machines at work. */
  appointment(machine: string, t: number): Appointment | undefined {
    for (const { kind, course } of this.#episodes(machine, t)) {
      const end = endOf(course);
      if (needsRepair(kind) && t >= end && t < end + REPAIR) return 'repair';
    }
    const [from, to] = [this.#epoch - 100 * MINUTE, this.#epoch + 55 * MINUTE];
    const watched =
      t >= from && t < to && this.#opening.get(machine)?.some(({ course }) => endOf(course) > this.#epoch);
    return watched ? 'long-job' : undefined;
  }

  /** What was repaired on the machine with an end in (from, to]. */
  repairs(machine: string, from: number, to: number): readonly FaultKind[] {
    return this.#episodes(machine, to)
      .filter(({ kind, course }) => needsRepair(kind) && endOf(course) + REPAIR > from && endOf(course) + REPAIR <= to)
      .map(({ kind }) => kind);
  }

  /** Machines with a fault at or after `from`, whose history is looked at first. */
  illSince(from: number): ReadonlySet<string> {
    const all = [...this.#opening.values()].flat();
    return new Set(all.filter(({ course }) => endOf(course) >= from).map(({ machine }) => machine));
  }

  #episodes(machine: string, t: number): readonly Episode[] {
    const opening = this.#opening.get(machine) ?? [];
    if (t < this.#epoch + BLOCK) return opening;
    const number = Math.floor((t - this.#epoch) / BLOCK);
    const later = this.#block(number).get(machine);
    return later ?? [];
  }

  /** Episodes of block 1, 2, …; each lies within its block. */
  #block(number: number): ReadonlyMap<string, Episode[]> {
    const known = this.#blocks.get(number);
    if (known) return known;
    const episodes = new Map<string, Episode[]>();
    for (const [index, [kind, course]] of LATER.entries()) {
      const able = this.#machines.filter((m) => CAN_HAVE[kind].includes(m.kind) && !episodes.has(m.id));
      const key = mix(this.#seed ^ index, number);
      const machine = able[Math.floor(uniform(key, 1) * able.length)];
      const length = course.at(-1)?.[0] ?? 0;
      const begin = this.#epoch + number * BLOCK + uniform(key, 2) * (BLOCK - length - 2 * REPAIR);
      if (machine) add(episodes, episode(machine.id, kind, course, begin));
    }
    if (this.#blocks.size > 8) this.#blocks.clear();
    this.#blocks.set(number, episodes);
    return episodes;
  }
}

const REPAIR = 12 * MINUTE;

function needsRepair(kind: FaultKind): boolean {
  return kind === 'bearing' || kind === 'filter' || kind === 'leak';
}

function episode(machine: string, kind: FaultKind, course: Course, begin: number): Episode {
  return { machine, kind, course: course.map(([after, level]) => [begin + after, level]) };
}

function add(to: Map<string, Episode[]>, item: Episode): void {
  to.set(item.machine, [...(to.get(item.machine) ?? []), item]);
}

function endOf(course: Episode['course']): number {
  return course.at(-1)?.[0] ?? 0;
}

function levelAt(course: Episode['course'], t: number): number {
  const next = course.findIndex(([at]) => at > t);
  if (next <= 0) return 0;
  const [t0, a] = course[next - 1] ?? [0, 0];
  const [t1, b] = course[next] ?? [1, 0];
  return a + ((b - a) * (t - t0)) / (t1 - t0);
}
