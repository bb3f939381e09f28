/**
 * What is new of each machine's status. Changes of state and connection are told at once, times of messages and readings
 * at most every ten seconds a machine.
 */
import type { StatusChange } from '#shared/database/queries/status.ts';

const TOLD_EVERY_MS = 10_000;

/** The last state and connection known of a machine. */
export interface KnownStatus {
  readonly machine: string;
  readonly online: boolean | null;
  readonly state: string | null;
  readonly state_at: Date | null;
}

interface Line {
  online: boolean | undefined;
  state: string | undefined;
  stateAt: number;
  change: { -readonly [K in keyof StatusChange]: StatusChange[K] };
  toldAt: number;
}

export class StatusBoard {
  readonly #lines = new Map<string, Line>();
  /** Machines of which something is not told yet. */
  #dirty = new Set<string>();
  #urgent = new Set<string>();

  constructor(known: readonly KnownStatus[]) {
    for (const { machine, online, state, state_at } of known) {
      this.#lines.set(machine, {
        ...line(machine),
        online: online ?? undefined,
        state: state ?? undefined,
        stateAt: state_at?.getTime() ?? -Infinity,
      });
    }
  }

  /** Machines whose state or connection is new. */
  get urgent(): ReadonlySet<string> {
    return this.#urgent;
  }

  message(machine: string, at: number): void {
    this.#touch(machine).change.messageAt = at;
  }

  reading(machine: string, at: number): void {
    this.#touch(machine).change.readingAt = at;
  }

  /** `ts`: the machine's time; a state older than the one known is passed over. */
  state(machine: string, state: string, ts: number): void {
    const known = this.#touch(machine);
    if (ts < known.stateAt || known.state === state) return;
    known.state = state;
    known.stateAt = ts;
    Object.assign(known.change, { state, stateAt: ts });
    this.#urgent.add(machine);
  }

  connection(machine: string, online: boolean, at: number): void {
    const known = this.#touch(machine);
    Object.assign(known.change, { online, onlineAt: at });
    if (known.online === online) return;
    known.online = online;
    this.#urgent.add(machine);
  }

  /** What is to be told at `at`; all there is where `all`. It counts as told from here on. */
  take(at: number, all = false): StatusChange[] {
    const taken: StatusChange[] = [];
    for (const machine of this.#dirty) {
      const known = this.#lines.get(machine);
      if (!known || !(all || this.#urgent.has(machine) || at - known.toldAt >= TOLD_EVERY_MS)) continue;
      taken.push(known.change);
      known.change = { machine };
      known.toldAt = at;
      this.#dirty.delete(machine);
    }
    this.#urgent = new Set();
    return taken;
  }

  #touch(machine: string): Line {
    const known = this.#lines.get(machine) ?? line(machine);
    this.#lines.set(machine, known);
    this.#dirty.add(machine);
    return known;
  }
}

function line(machine: string): Line {
  return { online: undefined, state: undefined, stateAt: -Infinity, change: { machine }, toldAt: -Infinity };
}
