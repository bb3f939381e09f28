/** What a machine is doing at a time: shifts, breaks, jobs one after the other, setting up between them. */
import { productionTime } from './calendar.ts';
import { mix, uniform } from './noise.ts';

export type OperatingState = 'running' | 'setup' | 'idle';

/** Round the clock; three shifts from Monday to Saturday noon; two shifts from Monday to Friday; always, without anybody. */
export const SHIFT_PATTERNS = ['conti', 'three', 'two', 'unmanned'] as const;
export type ShiftPattern = (typeof SHIFT_PATTERNS)[number];

export interface Operation {
  readonly state: OperatingState;
  /** Load of the job, 0 to 1; 0 unless running. */
  readonly level: number;
  /** Program number of the job; 0 where there is none. */
  readonly job: number;
}

interface Segment extends Operation {
  /** Minute of the production day at which it ends. */
  readonly until: number;
}

/** What is laid down for a time whatever the shifts say: a repair, or a long job that must not pause. */
export type Appointment = 'repair' | 'long-job';

const IDLE: Operation = { state: 'idle', level: 0, job: 0 };
const SETUP: Operation = { state: 'setup', level: 0, job: 0 };
const LONG_JOB: Operation = { state: 'running', level: 0.82, job: 4711 };
const SHIFT = 480;

export class Schedule {
  readonly #key: number;
  readonly #pattern: ShiftPattern;
  readonly #appointments: (t: number) => Appointment | undefined;
  #day = Number.NaN;
  #segments: readonly Segment[] = [];

  constructor(key: number, pattern: ShiftPattern, appointments: (t: number) => Appointment | undefined) {
    this.#key = key;
    this.#pattern = pattern;
    this.#appointments = appointments;
  }

  at(t: number): Operation {
    const appointment = this.#appointments(t);
    if (!appointment) return this.#planned(t);
    return appointment === 'repair' ? SETUP : LONG_JOB;
  }

  #planned(t: number): Operation {
    const { day, minute, weekday } = productionTime(t);
    if (day !== this.#day) {
      this.#day = day;
      this.#segments = planDay(mix(this.#key, day), this.#pattern, weekday);
    }
    return this.#segments.find((segment) => minute < segment.until) ?? IDLE;
  }
}

function planDay(key: number, pattern: ShiftPattern, weekday: number): readonly Segment[] {
  const segments: Segment[] = [];
  for (let shift = 0; shift < 3; shift++) {
    const begin = shift * SHIFT;
    if (!isManned(pattern, shift, weekday)) {
      segments.push({ ...IDLE, until: begin + SHIFT });
      continue;
    }
    // Handing over takes some minutes; where people are not relieved, breaks stop the machine.
    const handover = begin + 4 + 5 * uniform(key, shift);
    if (pattern !== 'unmanned') segments.push({ ...IDLE, until: handover });
    const breaks = pattern === 'conti' || pattern === 'unmanned' ? [] : [begin + 180, begin + 360];
    let from = handover;
    for (const pause of breaks) {
      planJobs(segments, mix(key, pause), from, pause);
      from = pause + (pause === begin + 360 ? 30 : 15);
      segments.push({ ...IDLE, until: from });
    }
    planJobs(segments, mix(key, begin + 1), from, begin + SHIFT);
  }
  return segments;
}

function isManned(pattern: ShiftPattern, shift: number, weekday: number): boolean {
  if (pattern === 'conti' || pattern === 'unmanned') return true;
  if (weekday === 0) return false;
  if (weekday === 6) return pattern === 'three' && shift === 0;
  return pattern === 'three' || shift < 2;
}

/** Jobs of one to three hours, some minutes of setting up between them. Minutes of the production day. */
function planJobs(segments: Segment[], key: number, from: number, to: number): void {
  let at = from;
  for (let n = 0; at < to; n++) {
    const length = 55 + 120 * uniform(key, 3 * n);
    const last = at + length > to - 35;
    const until = last ? to : at + length;
    segments.push({
      state: 'running',
      level: 0.58 + 0.36 * uniform(key, 3 * n + 1),
      job: 1000 + (mix(key, n) % 9000),
      until,
    });
    if (last) return;
    at = until + 7 + 9 * uniform(key, 3 * n + 2);
    segments.push({ ...SETUP, until: at });
  }
}

/** How a whole site's demand for a medium such as compressed air goes: 0 to 1, following its shifts. */
export function siteDemand(operation: Operation, wandering: number, fine: number): number {
  if (operation.state === 'idle') return 0;
  return Math.min(0.96, Math.max(0.36, 0.66 + 0.11 * wandering + 0.045 * fine));
}
