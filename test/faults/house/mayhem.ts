/** Kills by a seed: every process of the house gets its share, some are killed again while they come back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '#test/simulation/random.ts';
import { VICTIMS, type Victim, type WholeHouse } from './house.ts';

/** How long one stays dead, and how long until the next is killed, ms. */
const DEAD_MS = [0, 2_500] as const;
const PAUSE_MS = [800, 3_500] as const;
const AGAIN_SHARE = 0.2;
/** Killed again so long after its start began, ms. */
const AGAIN_MS = [50, 1_500] as const;

export class Mayhem {
  readonly #house: WholeHouse;
  readonly #random: Random;
  readonly #killed = new Map<Victim, number>();
  readonly #reviving = new Map<Victim, Promise<void>>();

  constructor(house: WholeHouse, seed: number) {
    this.#house = house;
    this.#random = new Random(seed);
  }

  /** How often each was killed. */
  get killed(): ReadonlyMap<Victim, number> {
    return this.#killed;
  }

  /** Kills so often, one after the other; several may be dead at once. Resolves when all run again. */
  async kill(times: number): Promise<void> {
    let bag: Victim[] = [];
    while (this.#count() < times) {
      if (bag.length === 0) bag = this.#shuffled();
      const victim = bag.pop();
      if (victim === undefined) continue;
      await sleep(this.#random.between(...PAUSE_MS));
      await this.#reviving.get(victim);
      await this.#killOnce(victim);
      const back = this.#comeBack(victim, this.#count() < times && this.#random.chance(AGAIN_SHARE));
      this.#reviving.set(victim, back);
      // Told by whoever waits for it.
      back.catch(() => undefined);
    }
    await Promise.all(this.#reviving.values());
  }

  async #killOnce(victim: Victim): Promise<void> {
    this.#killed.set(victim, (this.#killed.get(victim) ?? 0) + 1);
    await this.#house.process(victim).kill();
  }

  async #comeBack(victim: Victim, again: boolean): Promise<void> {
    await sleep(this.#random.between(...DEAD_MS));
    const reviving = this.#house.revive(victim);
    if (again) {
      await sleep(this.#random.between(...AGAIN_MS));
      await this.#killOnce(victim);
    }
    await reviving;
    // Killed just after it had come back.
    if (this.#house.process(victim).tree().length === 0) await this.#house.revive(victim);
  }

  #count(): number {
    return [...this.#killed.values()].reduce((sum, times) => sum + times, 0);
  }

  #shuffled(): Victim[] {
    return VICTIMS.map((victim) => ({ victim, at: this.#random.next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ victim }) => victim);
  }
}
