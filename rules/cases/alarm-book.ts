/** The alarms that one transaction touches: each read once, changed in memory and written at the end, all together. */
import type { Transaction } from '#shared/database/database.ts';
import {
  type Alarm,
  insertAlarms,
  type RuleOfMachine,
  standingOf,
  standingOn,
  updateAlarms,
} from '#shared/database/queries/alarms.ts';

/** An alarm as it stands within the transaction, and whether the database has it. */
export interface Entry {
  alarm: Alarm;
  readonly fresh: boolean;
  changed: boolean;
}

export class AlarmBook {
  readonly #tx: Transaction;
  readonly #entries = new Map<string, Entry>();
  /** Of what stands, by machine and rule. */
  readonly #standing = new Map<string, Entry>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  get all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** Reads at once what stands of these rules and machines. */
  async read(of: readonly RuleOfMachine[]): Promise<void> {
    this.#know(
      await standingOf(
        this.#tx,
        of.map(({ machine, rule }) => ({ machine, rule })),
      ),
    );
  }

  /** What stands of a rule and machine that was read. */
  standing(of: RuleOfMachine): Entry | undefined {
    return this.#standing.get(keyOf(of));
  }

  /** Everything of live rules that stands on these machines. */
  async standingOn(machines: ReadonlySet<string>): Promise<readonly Entry[]> {
    this.#know(await standingOn(this.#tx, [...machines]));
    return [...this.#standing.values()].filter(
      ({ alarm: { machine, mode } }) => mode === 'live' && machines.has(machine),
    );
  }

  raise(alarm: Alarm): Entry {
    return this.#add({ alarm, fresh: true, changed: true });
  }

  clear(entry: Entry, at: Date, reason: Alarm['clear_reason']): void {
    this.set(entry, { cleared_at: at, clear_reason: reason });
    this.#standing.delete(keyOf(entry.alarm));
  }

  set(entry: Entry, change: Partial<Alarm>): void {
    entry.alarm = { ...entry.alarm, ...change };
    entry.changed = true;
  }

  /** Writes what is new or has changed, and answers it. */
  async write(): Promise<readonly Alarm[]> {
    const changed = this.all.filter((entry) => entry.changed);
    const alarms = (fresh: boolean) => changed.filter((entry) => entry.fresh === fresh).map(({ alarm }) => alarm);
    // What has cleared makes room for what was raised again.
    await updateAlarms(this.#tx, alarms(false));
    await insertAlarms(this.#tx, alarms(true));
    return changed.map(({ alarm }) => alarm);
  }

  #know(alarms: readonly Alarm[]): void {
    for (const alarm of alarms) if (!this.#entries.has(alarm.id)) this.#add({ alarm, fresh: false, changed: false });
  }

  #add(entry: Entry): Entry {
    this.#entries.set(entry.alarm.id, entry);
    this.#standing.set(keyOf(entry.alarm), entry);
    return entry;
  }
}

function keyOf({ machine, rule }: RuleOfMachine): string {
  return `${machine} ${rule}`;
}
