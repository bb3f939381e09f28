/**
 * Floods that go on or begin within one transaction: one entry a machine and flood gathers what would
 * open further cases.
 * They are counted by the machine's own time, so that a recording played fast is the flood it was, and no other; they end by that
 * time or by the server's, whichever passes first.
 */
import { randomUUID } from 'node:crypto';
import type { Transaction } from '#shared/database/database.ts';
import { type Flood, floodsAstir, recentRaises, writeFlood } from '#shared/database/queries/attention.ts';
import { FLOOD } from '#shared/model/attention.ts';
import { SEVERITIES, type Severity } from '#shared/model/rule.ts';
import type { Instant } from '#rules/engine/types.ts';
import { FloodRate } from './flood-rate.ts';

export class Floods {
  readonly #tx: Transaction;
  /** By machine. */
  readonly #open = new Map<string, Flood>();
  readonly #changed = new Map<string, Flood>();
  readonly #rates = new Map<string, FloodRate>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  /** Reads those of these machines, and those that end by `at`. */
  async load(machines: readonly string[], at: number): Promise<void> {
    for (const flood of await floodsAstir(this.#tx, machines, new Date(at))) this.#open.set(flood.machine, flood);
  }

  /** Reads how many alarms these machines had of late; `ts`: earliest time of an alarm of the transaction. */
  async loadRates(machines: readonly string[], ts: number): Promise<void> {
    const since = new Date(ts - FLOOD.withinMs);
    for (const [machine, times] of await recentRaises(this.#tx, machines, since, FLOOD.above + 1))
      this.#rates.set(machine, new FloodRate(times));
  }

  /** When the next one is over if nothing more comes, epoch ms. */
  get nextAt(): number {
    return Math.min(...[...this.#open.values()].map(({ ends_at }) => ends_at.getTime()));
  }

  get cases(): readonly string[] {
    return [...this.#open.values()].flatMap(({ case_id }) => case_id ?? []);
  }

  goesOn(flood: string | null, machine: string): boolean {
    return flood !== null && this.#open.get(machine)?.id === flood;
  }

  /** Counts an alarm; answers whether it belongs to a flood: one that goes on, or begins with it. */
  count(machine: string, now: Instant): boolean {
    const rate = this.#rates.get(machine) ?? new FloodRate([]);
    this.#rates.set(machine, rate);
    rate.add(now.ts);
    const open = this.#open.get(machine);
    if (open) this.#change({ ...open, ...endOf(rate, now) });
    return open !== undefined || rate.begins(now.ts);
  }

  begin(machine: string, customer: string, severity: Severity, now: Instant): Flood {
    const ends = endOf(this.#rates.get(machine) ?? new FloodRate([now.ts]), now);
    const began_at = new Date(now.at);
    return this.#change({
      id: randomUUID(),
      machine,
      customer,
      began_at,
      ...ends,
      ended_at: null,
      alarms: 0,
      severity,
      case_id: null,
    });
  }

  /** Ends the machine's flood where that is over by its own time; answers it. */
  outlive(machine: string, { ts, at }: Instant): Flood | undefined {
    const open = this.#open.get(machine);
    return open && open.ends_ts.getTime() <= ts ? this.#end(open, at) : undefined;
  }

  of(machine: string): Flood | undefined {
    return this.#open.get(machine);
  }

  /** One more alarm for the flood, and the case that stands for it. */
  gather(flood: Flood, severity: Severity, caseId: string): Flood {
    const worse = SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(flood.severity);
    return this.#change({
      ...flood,
      alarms: flood.alarms + 1,
      severity: worse ? severity : flood.severity,
      case_id: caseId,
    });
  }

  /** Ends those in which it is calm again; answers them. */
  expire(at: number): readonly Flood[] {
    const over = [...this.#open.values()].filter(({ ends_at }) => ends_at.getTime() <= at);
    return over.map((flood) => this.#end(flood, at));
  }

  async write(): Promise<void> {
    for (const flood of this.#changed.values()) await writeFlood(this.#tx, flood);
  }

  #end(flood: Flood, at: number): Flood {
    const ended = this.#change({ ...flood, ended_at: new Date(at) });
    this.#open.delete(flood.machine);
    return ended;
  }

  #change(flood: Flood): Flood {
    this.#open.set(flood.machine, flood);
    this.#changed.set(flood.id, flood);
    return flood;
  }
}

function endOf(rate: FloodRate, { ts, at }: Instant): Pick<Flood, 'ends_ts' | 'ends_at'> {
  const { endsTs } = rate;
  return { ends_ts: new Date(endsTs), ends_at: new Date(at + Math.max(0, endsTs - ts)) };
}
