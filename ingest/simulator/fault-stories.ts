/** The faults there are and how they develop: around the first start of the demo, and later on. */
import { DAY, HOUR, MINUTE } from './calendar.ts';

/** Bearing wear, clogged filter, leaking hydraulics, loose sensor, dead gateway. */
export const FAULT_KINDS = ['bearing', 'filter', 'leak', 'loose', 'gateway'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type MachineKind = 'spindle-press' | 'hydraulic-press' | 'compressor' | 'any';

export type Course = readonly (readonly [after: number, level: number])[];
type Story = readonly [kind: FaultKind, of: MachineKind, nth: number, course: Course];

const SECOND = 1000;

/** What stands in the fortnight before the first start and in its first hours. Times relative to it. */
export const OPENING: readonly Story[] = [
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
export const BLOCK = 8 * HOUR;
export const LATER: readonly (readonly [FaultKind, Course])[] = [
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
