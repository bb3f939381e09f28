/** Publishes what simulated machines send, as machines would, while time goes on. */
import type { Plant } from '#shared/model/plant.ts';
import { Simulation, type SimulatedMessage } from './simulation.ts';

export interface SimulatorOptions {
  /** Its machines with `simulated: true` send; all others stay silent. */
  readonly plant: Plant;
  /** Publishes with QoS 1; rejects where it cannot, then the messages of that moment are sent again. */
  readonly publish: (topic: string, payload: string, retain: boolean) => Promise<void>;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly seed: number;
  /** The first start of this demo, epoch ms: faults develop from there. */
  readonly epoch: number;
  /** First level of the topics, default `machines`. */
  readonly prefix?: string;
}

const TICK_MS = 200;
/** A gateway's buffer: what is older by then was never sent, and stays a gap. */
const BUFFER_MS = 60_000;

export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #simulation: Simulation;
  #timer: NodeJS.Timeout | undefined;
  #until = 0;
  #busy: Promise<void> | undefined;
  #unsent: SimulatedMessage[] = [];

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#simulation = new Simulation(options.plant, options.seed, options.epoch);
  }

  start(): void {
    this.#until = this.#options.clock();
    this.#unsent = this.#simulation.greetings(this.#until);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#busy;
  }

  /** One moment after the other: while a publish hangs, time waits in the gateway's buffer. */
  #tick(): void {
    if (this.#busy) return;
    this.#busy = this.#send().finally(() => {
      this.#busy = undefined;
    });
  }

  async #send(): Promise<void> {
    const now = this.#options.clock();
    if (this.#unsent.length === 0) {
      this.#unsent = this.#simulation.messages(Math.max(this.#until, now - BUFFER_MS), now);
      this.#until = now;
    }
    const { prefix = 'machines', publish } = this.#options;
    while (this.#unsent.length > 0 && this.#timer) {
      const { machine, topic, payload, retain } = this.#unsent[0] as SimulatedMessage;
      try {
        await publish(`${prefix}/${machine}/${topic}`, payload, retain);
      } catch {
        return;
      }
      this.#unsent.shift();
    }
  }
}
