/** Maintenance windows that hold, begin or end within one transaction. */
import type { Transaction } from '#shared/database/database.ts';
import {
  coveredBy,
  machinesInMaintenance,
  machinesOf,
  type MaintenanceWindow,
  turnWindow,
  windowsAstir,
} from '#shared/database/queries/attention.ts';
import { windowState } from '#shared/model/service/maintenance.ts';

export class Windows {
  readonly #tx: Transaction;
  #windows: readonly MaintenanceWindow[] = [];
  /** Window and machine. */
  readonly #covers = new Set<string>();
  readonly #changed = new Map<string, MaintenanceWindow>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  /** Reads what holds or changes until `at`, as far as it is about these machines or about alarms that stand. */
  async load(machines: readonly string[], at: number): Promise<void> {
    this.#windows = await windowsAstir(this.#tx, new Date(at));
    const ids = this.#windows.map(({ id }) => id);
    for (const { window, machine } of await coveredBy(this.#tx, ids, machines))
      this.#covers.add(`${window} ${machine}`);
  }

  /** When the next window begins or ends, epoch ms. */
  get nextAt(): number {
    return Math.min(...this.#windows.map(({ next_at }) => next_at?.getTime() ?? Infinity));
  }

  hold(machine: string, at: number): boolean {
    return this.#windows.some(
      ({ id, holds_from, holds_until }) =>
        holds_from !== null &&
        holds_until !== null &&
        holds_from.getTime() <= at &&
        at < holds_until.getTime() &&
        this.#covers.has(`${id} ${machine}`),
    );
  }

  /** Lets begin and end what is due; answers the machines whose alarms must be looked at, and those whose condition changes. */
  async turn(at: number): Promise<{ readonly alarmsOf: readonly string[]; readonly machines: readonly Owned[] }> {
    const due = this.#windows.filter(({ next_at }) => next_at !== null && next_at.getTime() <= at);
    if (due.length === 0) return { alarmsOf: [], machines: [] };
    const turned = new Map(due.map((window) => [window.id, stateOf(window, at)]));
    this.#windows = this.#windows.map((window) => turned.get(window.id) ?? window);
    for (const window of turned.values()) this.#changed.set(window.id, window);
    const machines: Owned[] = [];
    for (const id of turned.keys()) machines.push(...(await machinesOf(this.#tx, id)));
    const covered = machines.map(({ id }) => id);
    return { alarmsOf: [...new Set([...covered, ...(await machinesInMaintenance(this.#tx))])], machines };
  }

  async write(): Promise<void> {
    for (const window of this.#changed.values()) await turnWindow(this.#tx, window);
  }
}

interface Owned {
  readonly id: string;
  readonly customer: string;
}

function stateOf(window: MaintenanceWindow, at: number): MaintenanceWindow {
  const { start, duration, timezone, rrule, ended_at } = window;
  const recurrence = { start, duration, timezone, rrule: rrule ?? undefined, endedAt: ended_at?.getTime() };
  const { holds, nextAt } = windowState(recurrence, at);
  return {
    ...window,
    holds_from: holds ? new Date(holds.from) : null,
    holds_until: holds ? new Date(holds.to) : null,
    next_at: nextAt === undefined ? null : new Date(nextAt),
  };
}
