/** A simulated process: what it has begun may still happen when it is killed, what follows does not. */
import type { Random } from './random.ts';
import type { World } from './world.ts';

export class Process {
  readonly #world: World;
  readonly #random: Random;
  #alive = true;
  readonly #ends: (() => void)[] = [];

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Nothing it waits for comes any more. */
  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const end of this.#ends) end();
  }

  /** What the computer does for it when it is gone: locks and connections are freed. */
  onEnd(end: () => void): void {
    this.#ends.push(end);
  }

  /** Asks the outside: `effect` happens within `ms`, its answer comes at once or later; after a kill neither. */
  ask<T>(ms: number, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#world.after(this.#random.between(0, ms), () => {
        if (!this.#alive) return;
        const settle = attempt(effect, resolve, reject);
        if (this.#random.chance(0.7)) settle();
        else this.#world.after(this.#random.between(0, ms), () => this.#alive && settle());
      });
    });
  }
}

function attempt<T>(effect: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
  try {
    const value = effect();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error as Error);
  }
}
