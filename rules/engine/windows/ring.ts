/** A queue of (time, value) in two plain rings that double when full: no object a reading. Places count up for ever. */
export class Ring {
  #times = new Float64Array(8);
  #values = new Float64Array(8);
  /** Place of the oldest kept, and of the one to come. */
  begin = 0;
  end = 0;

  get length(): number {
    return this.end - this.begin;
  }

  time(place: number): number {
    return this.#times[place & (this.#times.length - 1)] as number;
  }

  value(place: number): number {
    return this.#values[place & (this.#values.length - 1)] as number;
  }

  push(time: number, value: number): void {
    if (this.length === this.#times.length) this.#grow();
    const slot = this.end & (this.#times.length - 1);
    this.#times[slot] = time;
    this.#values[slot] = value;
    this.end++;
  }

  /** Pairs, oldest first. */
  save(): number[][] {
    return Array.from({ length: this.length }, (_, i) => [this.time(this.begin + i), this.value(this.begin + i)]);
  }

  load(saved: readonly (readonly number[])[]): void {
    this.begin = this.end = 0;
    for (const [time = 0, value = 0] of saved) this.push(time, value);
  }

  #grow(): void {
    const [times, values] = [new Float64Array(this.#times.length * 2), new Float64Array(this.#times.length * 2)];
    for (let place = this.begin; place < this.end; place++) {
      times[place & (times.length - 1)] = this.time(place);
      values[place & (values.length - 1)] = this.value(place);
    }
    this.#times = times;
    this.#values = values;
  }
}
