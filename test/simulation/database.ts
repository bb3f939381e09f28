/**
 * A light stand-in for the database: configurations, and what the rules commit. A transaction is one step of it; before or
 * after that step the answer may be lost. The real queries are held to the same by test/faults/rules-kill.test.ts.
 */
import type { Told } from '#rules/cases/told.ts';
import type { Work } from '#rules/reader/work.ts';
import type { Configuration } from '#shared/database/queries/configuration.ts';
import type { StatusChange } from '#shared/database/queries/status.ts';
import { CONFIGURATIONS } from './plant.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';

export class Away extends Error {}

export interface DatabaseWeather {
  away: boolean;
  answerLost: number;
  slowMs: number;
}

export const FAIR_DATABASE: Readonly<DatabaseWeather> = { away: false, answerLost: 0, slowMs: 2 };

/** The engine's memory as it is kept, and where it stands. */
export interface Kept {
  readonly position: number;
  readonly configuration: number | null;
  readonly memory: string;
}

export interface Commit {
  readonly epoch: number;
  readonly work: Work;
  readonly statuses: readonly StatusChange[];
  readonly kept: Kept | undefined;
}

interface Alarm {
  readonly machine: string;
  readonly rule: string;
  readonly version: number;
  readonly raised: number;
  readonly noted: number;
  readonly reason: string;
  readonly case: number | null;
  cleared: number | null;
}

interface Case {
  readonly number: number;
  readonly machine: string;
  readonly component: string;
  readonly opened: number;
  occurrences: number;
  lastAt: number;
}

/** What the rules have written. */
export class Outcome {
  readonly alarms: Alarm[] = [];
  readonly cases: Case[] = [];
  readonly rejects = new Map<string, string>();
  readonly quality = new Map<string, number>();
  readonly statuses = new Map<string, Record<string, unknown>>();

  write(work: Work, statuses: readonly StatusChange[]): void {
    for (const told of work.told) this.#decide(told);
    for (const { position, ordinal, machine, sensor, reason } of work.rejects) {
      this.rejects.set(`${position} ${ordinal}`, `${machine} ${sensor} ${reason}`);
    }
    for (const [key, { count }] of work.quality) this.quality.set(key, (this.quality.get(key) ?? 0) + count);
    for (const change of statuses) {
      this.statuses.set(change.machine, { ...this.statuses.get(change.machine), ...change });
    }
  }

  /** As rules/cases does, told twice without effect, but without people: nobody acknowledges or closes. */
  #decide({ transition: told, at, ruleVersion, customer }: Told): void {
    const { machine, rule, mode, t, component, reason } = told;
    const standing = this.alarms.find((alarm) => alarm.machine === machine && alarm.rule === rule && !alarm.cleared);
    if (told.transition === 'cleared') {
      if (standing) standing.cleared = t;
      return;
    }
    if (standing || mode === 'off') return;
    const placed = mode === 'live' && customer !== null ? this.#place(machine, component ?? '', at) : null;
    this.alarms.push({
      machine,
      rule,
      version: ruleVersion,
      raised: t,
      noted: at,
      reason: JSON.stringify(reason),
      case: placed,
      cleared: null,
    });
  }

  #place(machine: string, component: string, at: number): number {
    const open = this.cases.find((known) => known.machine === machine && known.component === component);
    if (open) {
      open.occurrences++;
      open.lastAt = at;
      return open.number;
    }
    const number = this.cases.length + 1;
    this.cases.push({ number, machine, component, opened: at, occurrences: 1, lastAt: at });
    return number;
  }

  /** One line each, so that a difference can be read. */
  lines(): string[] {
    const sorted = (map: ReadonlyMap<string, unknown>): string[] =>
      [...map].map(([key, value]) => `${key} ${JSON.stringify(value)}`).sort();
    return [
      ...this.alarms.map((alarm) => `alarm ${JSON.stringify(alarm)}`),
      ...this.cases.map((known) => `case ${JSON.stringify(known)}`),
      ...sorted(this.rejects).map((line) => `reject ${line}`),
      ...sorted(this.quality).map((line) => `quality ${line}`),
      ...sorted(this.statuses).map((line) => `status ${line}`),
    ];
  }
}

export class SimulatedDatabase {
  readonly weather: DatabaseWeather = { ...FAIR_DATABASE };
  readonly outcome = new Outcome();
  readonly configurations: Configuration[] = [];
  position = 0;
  kept: Kept | undefined;
  readonly #random: Random;
  readonly #guards: boolean;
  readonly #effective = new Map<number, number>();
  #epoch = 0;

  /** `guards`: whether a commit looks at the position and the epoch it begins with. */
  constructor(random: Random, guards: boolean) {
    this.#random = random;
    this.#guards = guards;
  }

  addConfiguration(variant: number): void {
    const content = CONFIGURATIONS[variant];
    if (content) this.configurations.push({ ...content, version: this.configurations.length + 1 });
  }

  get pending(): readonly number[] {
    return this.configurations.map(({ version }) => version).filter((version) => !this.#effective.has(version));
  }

  byVersion(version: number): Configuration | undefined {
    return this.configurations[version - 1];
  }

  at(position: number): Configuration | undefined {
    return this.configurations.findLast(({ version }) => (this.#effective.get(version) ?? Infinity) <= position);
  }

  markEffective(version: number, position: number): void {
    if (!this.#effective.has(version)) this.#effective.set(version, position);
  }

  /** The position everything before which is written, and the epoch of the one who leads from here on. */
  takeLead(): { readonly position: number; readonly epoch: number } {
    return { position: this.position, epoch: ++this.#epoch };
  }

  /** All of it or nothing; false where another leads by now. */
  commit({ epoch, work, statuses, kept }: Commit): boolean {
    if (this.#guards && (epoch !== this.#epoch || work.from !== this.position)) {
      return epoch === this.#epoch && work.to === this.position;
    }
    this.outcome.write(work, statuses);
    this.position = work.to;
    if (kept) this.kept = kept;
    return true;
  }

  /** What a process asks. */
  ask<T>(process: Process, act: () => T): Promise<T> {
    return process.ask(this.weather.slowMs, () => {
      if (this.weather.away) throw new Away('simulated outage');
      const answer = act();
      if (this.#random.chance(this.weather.answerLost)) throw new Away('simulated loss of the answer');
      return answer;
    });
  }
}
