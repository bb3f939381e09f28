/**
 * What is due by one clock, earliest first. An item has one entry that counts; when its time moves back the entry stays and
 * is put in anew once it comes up (so a reading that postpones a deadline costs nothing), when it moves forward a second entry
 * goes in and the first is dead.
 */
export interface Timed {
  /** When the item is due as things stand, epoch ms; infinite for never. */
  due(item: number, clock: Clock): number;
  /** Time of the entry that counts, for each item; infinite for none. */
  scheduled(clock: Clock): Float64Array;
}

/** `ts` the machine's own time, `at` the server's. */
export type Clock = 'ts' | 'at';

export interface Due<T> {
  readonly owner: T;
  readonly item: number;
}

export class Deadlines<T extends Timed> {
  readonly #clock: Clock;
  /** A binary heap in three arrays. */
  readonly #times: number[] = [];
  readonly #owners: T[] = [];
  readonly #items: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Puts the item in where it is due earlier than its entry says, or has none. */
  schedule(owner: T, item: number): void {
    const scheduled = owner.scheduled(this.#clock);
    const due = owner.due(item, this.#clock);
    if (due >= (scheduled[item] as number)) return;
    scheduled[item] = due;
    this.#push(due, owner, item);
  }

  /** Takes out everything due at the earliest time up to `limit`; undefined where nothing is. */
  take(limit: number): readonly Due<T>[] | undefined {
    while (this.#times.length > 0) {
      const time = this.#times[0] as number;
      if (time > limit) return undefined;
      const group = this.#takeAt(time);
      if (group.length > 0) return group;
    }
    return undefined;
  }

  #takeAt(time: number): Due<T>[] {
    const group: Due<T>[] = [];
    while (this.#times[0] === time) {
      const [owner, item] = [this.#owners[0] as T, this.#items[0] as number];
      this.#pop();
      const scheduled = owner.scheduled(this.#clock);
      if (scheduled[item] !== time) continue;
      scheduled[item] = Infinity;
      if (owner.due(item, this.#clock) <= time) group.push({ owner, item });
      else this.schedule(owner, item);
    }
    return group;
  }

  #push(time: number, owner: T, item: number): void {
    let at = this.#times.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#times[parent] as number) <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, time, owner, item);
  }

  #pop(): void {
    const [time, owner, item] = [this.#times.pop() as number, this.#owners.pop() as T, this.#items.pop() as number];
    const size = this.#times.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (this.#times[child + 1] as number) < (this.#times[child] as number)) child++;
      if ((this.#times[child] as number) >= time) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, time, owner, item);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#times[from] as number, this.#owners[from] as T, this.#items[from] as number);
  }

  #set(at: number, time: number, owner: T, item: number): void {
    this.#times[at] = time;
    this.#owners[at] = owner;
    this.#items[at] = item;
  }
}
