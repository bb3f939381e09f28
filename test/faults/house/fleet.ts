/**
 * The load of a whole house: every message known by its number, its machines in an orderly time of their own that runs a hundred
 * times faster than the clock, so that a few minutes hold hours of alarms; some of what they say cannot be used.
 */
import type { Plant } from '#shared/model/plant.ts';
import type { Rulebook } from '#shared/model/rule.ts';
import type { Message } from '../ledger-publisher.ts';

export const MACHINES = 20;
/** Between two messages of a machine, in its own time. */
const STEP_MS = 2_000;
/** A machine keeps to one mood so long, in its own time. */
const MOOD_MS = 300_000;
const START = Math.floor(Date.now() / 1000) * 1000 - 48 * 3_600_000;
/** Of a machine's messages, one in so many is broken off, and one has a reading no sensor can make. */
const ODD = 40;
const BROKEN = 13;
const IMPOSSIBLE = 27;
const TOO_MUCH = 400;

export const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'muster', name: 'Muster', tier: 'premium' }],
  models: [
    {
      id: 'press',
      name: 'Presse',
      components: [
        { id: 'spindle', name: 'Spindel' },
        { id: 'pump', name: 'Pumpe' },
      ],
      sensors: [
        { id: 'temp', component: 'spindle', unit: '°C', tolerance: { low: 40, high: 80 } },
        { id: 'pressure', component: 'pump', unit: 'bar', range: { low: 0, high: 100 } },
      ],
    },
  ],
  machines: Array.from({ length: MACHINES }, (_, n) => ({ id: `press-${n}`, model: 'press', customer: 'muster' })),
};

/**
 * No delay is shorter than two minutes of the machines' time, which pass in 1.2 s: by the server's clock they pass only where the
 * house stood still for two whole minutes.
 */
export const RULEBOOK: Rulebook = {
  version: 1,
  rules: [
    { id: 'hot', when: { sensor: 'temp', outside: '20%' }, severity: 'danger', for: '2m', clear: { for: '2m' } },
    { id: 'warm', when: { sensor: 'temp', mean: '5m', above: 70 }, severity: 'notice', clear: { for: '2m' } },
    { id: 'low', when: { sensor: 'pressure', below: 2 }, severity: 'warning' },
    {
      id: 'both',
      when: {
        all: [
          { sensor: 'temp', above: 85 },
          { sensor: 'pressure', below: 3 },
        ],
      },
      severity: 'danger',
      for: '2m',
      endangers: 'spindle',
    },
    { id: 'tried', mode: 'pilot', when: { sensor: 'temp', above: 75 }, severity: 'notice' },
  ],
};

/** What message `n` says, and what must become of it. */
export interface Said {
  readonly machine: string;
  readonly ts: number;
  /** The machine's own count; a message that is broken off bears none. */
  readonly seq: number | undefined;
  readonly temp: number;
  readonly pressure: number;
  readonly isBroken: boolean;
  /** The pressure is none a sensor can measure. */
  readonly isImpossible: boolean;
}

export function said(n: number): Said {
  const number = n % MACHINES;
  const k = Math.floor(n / MACHINES);
  const isBroken = k % ODD === BROKEN;
  const isImpossible = k % ODD === IMPOSSIBLE;
  const mood = chance(number, Math.floor((k * STEP_MS) / MOOD_MS));
  const noise = chance(n, 7);
  return {
    machine: `press-${number}`,
    ts: START + k * STEP_MS + number,
    seq: isBroken ? undefined : k - Math.floor((k + ODD - 1 - BROKEN) / ODD),
    temp: round((mood < 0.12 ? 96 : mood > 0.92 ? 20 : 60) + noise * 6),
    pressure: isImpossible ? TOO_MUCH : round((mood < 0.2 && mood > 0.06 ? 1 : 5) + noise * 0.5),
    isBroken,
    isImpossible,
  };
}

export function message(n: number): Message {
  const { machine, ts, seq, temp, pressure, isBroken } = said(n);
  const payload = JSON.stringify({ ts, seq, values: { temp, pressure } });
  return { topic: `machines/${machine}/telemetry`, payload: isBroken ? payload.slice(0, -4) : payload };
}

/** The message a machine said at a time of its own; undefined where it said none then. */
export function numberOf(machine: string, ts: number): number | undefined {
  const number = Number(machine.slice('press-'.length));
  const k = (ts - START - number) / STEP_MS;
  return Number.isInteger(k) && k >= 0 ? k * MACHINES + number : undefined;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** In [0, 1), by two numbers. */
function chance(a: number, b: number): number {
  let t = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
  t = Math.imul(t ^ (t >>> 15), 0x2c1b3c6d);
  t = Math.imul(t ^ (t >>> 12), 0x297a2d39);
  return ((t ^ (t >>> 15)) >>> 0) / 4_294_967_296;
}
