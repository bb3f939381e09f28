/**
 * Slows who sends too much: what a machine has sent is paid off at a steady rate, and while it owes, its connections are not
 * read. Nothing is lost by it, for what is not read waits at the machine.
 */

/** So many bytes count as one packet: large packets are as much work as many small ones. */
const BYTES_A_PACKET = 1_024;
/** What may be owed without being slowed: that of one second. */
const FREE_MS = 1_000;
/** Machines that owe nothing are forgotten when so many are known. */
const FORGET_FROM = 10_000;

interface Brake {
  /** Until when what was sent is paid off, steady ms. */
  paidAt: number;
  toldAt: number;
}

export interface BrakesOptions {
  /** Packets a second of one machine, whatever the number of its connections; undefined: nobody is slowed. */
  readonly perSecond: number | undefined;
  /** Steady time, ms. */
  readonly steady: () => number;
  /** A machine is slowed; told once in a while. */
  readonly slowed: (machine: string) => void;
}

const TOLD_EVERY_MS = 3_600_000;

export class Brakes {
  readonly #options: BrakesOptions;
  readonly #brakes = new Map<string, Brake>();

  constructor(options: BrakesOptions) {
    this.#options = options;
  }

  /** How long nothing of the machine should be read, ms; 0: read on. */
  waitMs(machine: string): number {
    const brake = this.#brakes.get(machine);
    if (brake === undefined) return 0;
    const { steady, slowed } = this.#options;
    const now = steady();
    const waitMs = Math.max(0, brake.paidAt - now - FREE_MS);
    if (waitMs > 0 && now - brake.toldAt >= TOLD_EVERY_MS) {
      brake.toldAt = now;
      slowed(machine);
    }
    return waitMs;
  }

  /** The machine has sent this much. */
  take(machine: string, packets: number, bytes: number): void {
    const { perSecond, steady } = this.#options;
    if (perSecond === undefined) return;
    const now = steady();
    const brake = this.#brakes.get(machine) ?? this.#add(machine, now);
    brake.paidAt = Math.max(brake.paidAt, now) + (Math.max(packets, bytes / BYTES_A_PACKET) * 1_000) / perSecond;
  }

  #add(machine: string, now: number): Brake {
    if (this.#brakes.size >= FORGET_FROM) {
      for (const [known, { paidAt, toldAt }] of this.#brakes)
        if (paidAt <= now && now - toldAt >= TOLD_EVERY_MS) this.#brakes.delete(known);
    }
    const brake = { paidAt: now, toldAt: -Infinity };
    this.#brakes.set(machine, brake);
    return brake;
  }
}
