/** Everything that has happened to one machine so far, kept for ever. */
import { parseFormula } from '#shared/model/formula.ts';
import { durationMs } from '#shared/model/duration.ts';
import type { Sensor } from '#shared/model/plant.ts';

export interface Past {
  readonly t: number;
  readonly value: number;
}

export class History {
  readonly sensors: ReadonlyMap<string, Sensor>;
  readonly readings = new Map<string, Past[]>();
  readonly events: { readonly t: number; readonly code: string }[] = [];
  readonly states: string[] = [];

  constructor(sensors: ReadonlyMap<string, Sensor>) {
    this.sensors = sensors;
  }

  of(sensor: string): readonly Past[] {
    return this.readings.get(sensor) ?? [];
  }

  last(sensor: string): Past | undefined {
    return this.of(sensor).at(-1);
  }

  /** Time of the machine's first reading. */
  first(): number {
    return Math.min(Infinity, ...[...this.readings.values()].flatMap((past) => past.map(({ t }) => t)));
  }

  addSnapshot(t: number, readings: readonly { readonly sensor: string; readonly value: number }[]): void {
    const fresh = new Set<string>();
    for (const { sensor, value } of readings) if (this.#add(sensor, t, value)) fresh.add(sensor);
    for (const [id, { formula, inputs = {} }] of this.sensors) {
      if (formula === undefined || !Object.values(inputs).some((input) => fresh.has(input))) continue;
      const sources = Object.values(inputs).map((input) => (this.isStale(input, t) ? undefined : this.last(input)));
      if (sources.includes(undefined)) continue;
      const parsed = parseFormula(formula, Object.keys(inputs));
      const value = parsed.formula?.evaluate(sources.map((source) => source?.value ?? NaN)) ?? NaN;
      this.#add(id, t, value);
    }
  }

  /** 3 × every without a reading have passed, at that instant inclusive. */
  isStale(sensor: string, now: number): boolean {
    const { every } = this.sensors.get(sensor) as Sensor;
    const last = this.last(sensor);
    return every !== undefined && last !== undefined && now - last.t >= 3 * durationMs(every);
  }

  isUnknown(sensor: string, now: number): boolean {
    const inputs = Object.values(this.sensors.get(sensor)?.inputs ?? {});
    return !this.last(sensor) || this.isStale(sensor, now) || inputs.some((input) => this.isStale(input, now));
  }

  #add(sensor: string, t: number, value: number): boolean {
    const { range } = this.sensors.get(sensor) as Sensor;
    const last = this.last(sensor);
    if (!Number.isFinite(value) || value < (range?.low ?? -Infinity) || value > (range?.high ?? Infinity)) return false;
    if (last && t <= last.t) return false;
    this.readings.set(sensor, [...this.of(sensor), { t, value }]);
    return true;
  }
}
