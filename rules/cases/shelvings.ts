/** Shelvings that are open within one transaction, and how each of them ends by itself. */
import type { Transaction } from '#shared/database/database.ts';
import type { RuleOfMachine } from '#shared/database/queries/alarms.ts';
import { type Shelving, shelvingsAstir, writeShelving } from '#shared/database/queries/attention.ts';
import type { ShelvingEnd } from '#shared/model/attention.ts';

export class Shelvings {
  readonly #tx: Transaction;
  /** By machine and rule. */
  readonly #open = new Map<string, Shelving>();
  readonly #changed = new Map<string, Shelving>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  /** Reads those of these machines, and those that end by `at` or with the excess. */
  async load(machines: readonly string[], at: number): Promise<void> {
    for (const shelving of await shelvingsAstir(this.#tx, machines, new Date(at)))
      this.#open.set(keyOf(shelving), shelving);
  }

  /** When the next one ends by time, epoch ms. */
  get nextAt(): number {
    return Math.min(...[...this.#open.values()].map(({ until }) => until.getTime()));
  }

  of(what: RuleOfMachine, at: number): Shelving | undefined {
    const shelving = this.#open.get(keyOf(what));
    return shelving && shelving.shelved_at.getTime() <= at ? shelving : undefined;
  }

  /** An alarm was raised while it was shelved; answers the shelving where that ends it. */
  raised(what: RuleOfMachine, at: number): Shelving | undefined {
    const shelving = this.of(what, at);
    if (!shelving || shelving.raises === null) return undefined;
    const since = shelving.within_ms === null ? -Infinity : at - shelving.within_ms;
    const raise_times = [...shelving.raise_times.filter((time) => time > since), at];
    const counted = this.#change({ ...shelving, raise_times });
    return raise_times.length >= shelving.raises ? this.#end(counted, at, 'raises') : undefined;
  }

  /** Ends those whose time is over; answers them. */
  expire(at: number): readonly Shelving[] {
    const over = [...this.#open.values()].filter(({ until }) => until.getTime() <= at);
    return over.map((shelving) => this.#end(shelving, at, shelving.ended_by === null ? 'time' : 'person'));
  }

  /** Ends those whose excess (percent, as it is at `at`) has grown by what was allowed; answers them. */
  outgrown(at: number, excess: (what: RuleOfMachine) => number | undefined): readonly Shelving[] {
    return [...this.#open.values()].flatMap((shelving) => {
      const now = shelving.growth === null ? undefined : excess(shelving);
      if (now === undefined || shelving.growth === null) return [];
      if (shelving.base_excess === null) this.#change({ ...shelving, base_excess: now });
      else if (now >= shelving.base_excess + shelving.growth) return [this.#end(shelving, at, 'growth')];
      return [];
    });
  }

  async write(): Promise<void> {
    for (const shelving of this.#changed.values()) await writeShelving(this.#tx, shelving);
  }

  #end(shelving: Shelving, at: number, why: ShelvingEnd): Shelving {
    const ended = this.#change({ ...shelving, ended_at: new Date(at), ended_why: why });
    this.#open.delete(keyOf(shelving));
    return ended;
  }

  #change(shelving: Shelving): Shelving {
    this.#open.set(keyOf(shelving), shelving);
    this.#changed.set(shelving.id, shelving);
    return shelving;
  }
}

function keyOf({ machine, rule }: RuleOfMachine): string {
  return `${machine} ${rule}`;
}
