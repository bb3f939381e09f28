/** Faults that develop: which machine has which, how bad at which time. A pure function of the seed and the first start. */
import { DAY, HOUR, MINUTE } from './calendar.ts';
import { keyOf, mix, uniform } from './noise.ts';
import type { Appointment } from './schedule.ts';

/** Bearing wear, clogged filter, leaking hydraulics, loose sensor, dead gateway. */
export const FAULT_KINDS = ['bearing', 'filter', 'leak', 'loose', 'gateway'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

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

export type MachineKind = 'spindle-press' | 'hydraulic-press' | 'compressor' | 'any';

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

type Course = readonly (readonly [after: number, level: number])[];
type Story = readonly [kind: FaultKind, of: MachineKind, nth: number, course: Course];

const SECOND = 1000;

/** What stands in the fortnight before the first start and in its first hours. Times relative to it. */
const OPENING: readonly Story[] = [
  [
    'leak',
    'hydraulic-press',
    0,
    [
      [-3 * DAY, 0],
      [-10 * MINUTE, 0.012],
      [14 * SECOND, 0.02],
      [22 * SECOND, 1],
      [55 * MINUTE, 1.12],
    ],
  ],
  [
    'filter',
    'hydraulic-press',
    1,
    [
      [-7 * DAY, 0],
      [-3 * DAY, 0.08],
      [-DAY, 0.2],
      [0, 0.34],
      [4 * MINUTE, 0.5],
      [16 * MINUTE, 0.75],
      [80 * MINUTE, 1.05],
    ],
  ],
  [
    'bearing',
    'spindle-press',
    0,
    [
      [-11 * DAY, 0],
      [-6 * DAY, 0.1],
      [-2 * DAY, 0.3],
      [0, 0.57],
      [3 * MINUTE, 0.7],
      [30 * MINUTE, 1.15],
      [2 * HOUR, 1.45],
    ],
  ],
  [
    'loose',
    'hydraulic-press',
    2,
    [
      [75 * SECOND, 1],
      [35 * MINUTE, 1],
    ],
  ],
  [
    'gateway',
    'spindle-press',
    1,
    [
      [4 * MINUTE, 1],
      [9.5 * MINUTE, 1],
    ],
  ],
  [
    'bearing',
    'spindle-press',
    2,
    [
      [-19 * DAY, 0],
      [-13 * DAY, 0.3],
      [-9.6 * DAY, 0.95],
      [-8.6 * DAY, 1.25],
    ],
  ],
  [
    'gateway',
    'hydraulic-press',
    3,
    [
      [-11.2 * DAY, 1],
      [-11.2 * DAY + 42 * MINUTE, 1],
    ],
  ],
  [
    'filter',
    'compressor',
    0,
    [
      [-9.5 * DAY, 0],
      [-7.2 * DAY, 0.35],
      [-6.1 * DAY, 1.1],
    ],
  ],
  [
    'gateway',
    'compressor',
    1,
    [
      [-5.3 * DAY, 1],
      [-5.3 * DAY + 2.4 * HOUR, 1],
    ],
  ],
  [
    'leak',
    'hydraulic-press',
    3,
    [
      [-4.4 * DAY, 0.01],
      [-4.4 * DAY + 12 * SECOND, 0.85],
      [-4.4 * DAY + 2.2 * HOUR, 1],
    ],
  ],
  [
    'loose',
    'spindle-press',
    3,
    [
      [-3.2 * DAY, 1],
      [-3.2 * DAY + 5 * HOUR, 1],
    ],
  ],
];

/** Later on each kind of fault comes once in a block of this length, somewhere. */
const BLOCK = 8 * HOUR;
const LATER: readonly (readonly [FaultKind, Course])[] = [
  [
    'leak',
    [
      [0, 0],
      [12 * SECOND, 0.9],
      [70 * MINUTE, 1.05],
    ],
  ],
  [
    'filter',
    [
      [0, 0],
      [60 * MINUTE, 0.35],
      [130 * MINUTE, 1.0],
    ],
  ],
  [
    'bearing',
    [
      [0, 0],
      [100 * MINUTE, 0.5],
      [200 * MINUTE, 1.25],
    ],
  ],
  [
    'loose',
    [
      [0, 1],
      [25 * MINUTE, 1],
    ],
  ],
  [
    'gateway',
    [
      [0, 1],
      [14 * MINUTE, 1],
    ],
  ],
];

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
