/** Memory, open files and lag of a running house, sampled over time, and how steeply each grows. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { median } from 'simple-statistics';
import type { WholeHouse } from './house.ts';

const PARTS = ['ingest', 'rules', 'portal'] as const;

/** By name: `ingest MB`, `ingest files`, … `writer lag MB`. */
export type Sample = ReadonlyMap<string, number>;

export class Vitals {
  readonly #house: WholeHouse;
  readonly #samples: { readonly at: number; readonly sample: Sample }[] = [];

  constructor(house: WholeHouse) {
    this.#house = house;
  }

  /** Takes a sample; what cannot be asked just now, because its server is away, is left out. */
  async take(at: number): Promise<void> {
    const sample = new Map<string, number>();
    for (const part of PARTS) {
      const { pid } = this.#house.parts[part];
      sample.set(`${part} MB`, memoryOf(pid));
      sample.set(`${part} files`, readdirSync(`/proc/${pid}/fd`).length);
    }
    try {
      const { end, rules } = await this.#house.progress();
      const checkpoint = JSON.parse(await readFile(`${this.#house.dataDir}/writer.json`, 'utf8')) as {
        position: number;
      };
      sample.set('rules lag MB', Math.max(0, end - rules) / 1e6);
      sample.set('writer lag MB', Math.max(0, end - checkpoint.position) / 1e6);
    } catch {
      // The database is away; the next sample has it.
    }
    this.#samples.push({ at, sample });
  }

  /** Of each value from `from` on: its median, and how much it grows over the rest of the time by the trend of Theil and Sen. */
  trends(from: number): ReadonlyMap<string, { readonly median: number; readonly growth: number }> {
    const later = this.#samples.filter(({ at }) => at >= from);
    const names = new Set(later.flatMap(({ sample }) => [...sample.keys()]));
    const span = (later.at(-1)?.at ?? from) - from;
    return new Map(
      [...names].map((name) => {
        const points = later.flatMap(({ at, sample }) => {
          const value = sample.get(name);
          return value === undefined ? [] : [[at, value] as const];
        });
        const middle = median(points.map(([, value]) => value));
        return [name, { median: middle, growth: trendOf(points) * span }];
      }),
    );
  }
}

/** The median of the slopes between all pairs (Theil and Sen): what trouble does to single samples does not move it. */
export function trendOf(points: readonly (readonly [at: number, value: number])[]): number {
  const slopes = points.flatMap(([at, value], i) =>
    points.slice(i + 1).map(([laterAt, later]) => (later - value) / (laterAt - at)),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

/** MB of a process that are in memory. */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
