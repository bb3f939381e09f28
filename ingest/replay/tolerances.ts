/** Tolerances learned from a recording in which nothing was wrong, as a plant that says where they come from. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { mean, quantileSorted, standardDeviation } from 'simple-statistics';
import { readReadings } from '#shared/csv/readings.ts';
import { slugOf } from '#shared/csv/slug.ts';
import { ReadingTable } from '#shared/csv/table.ts';
import { toYaml } from '#shared/files/write.ts';
import { type Limits, type Plant, PlantIndex } from '#shared/model/plant.ts';

/** `sigma`: mean ± k standard deviations. `quantile`: what all but the outermost share q of the readings keep to, each side. */
export type Method = { readonly sigma: number } | { readonly quantile: number };

/** Limits of one series of readings: four figures, never without room between them. */
export function limitsOf(values: readonly number[], method: Method): Required<Limits> {
  const [low, high] = 'sigma' in method ? aroundMean(values, method.sigma) : betweenQuantiles(values, method.quantile);
  if (low < high) return { low, high };
  const room = Math.abs(low) * 0.01 || 0.001;
  return { low: figures(low - room), high: figures(high + room) };
}

function aroundMean(values: readonly number[], sigmas: number): [number, number] {
  const middle = mean([...values]);
  const spread = sigmas * standardDeviation([...values]);
  return [figures(middle - spread), figures(middle + spread)];
}

function betweenQuantiles(values: readonly number[], q: number): [number, number] {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share: number) => figures(quantileSorted([...sorted], share));
  return [at(q), at(1 - q)];
}

function figures(value: number): number {
  return Number(value.toPrecision(4));
}

export interface LearnOrder {
  /** A wide CSV file: `time;Sensor A;Sensor B…`. */
  readonly file: string;
  readonly model: string;
  readonly machines: readonly string[];
  readonly method: Method;
  /** Columns that are no sensors, such as labels. */
  readonly leaveOut?: readonly string[];
}

export interface Learned {
  readonly plant: Plant;
  /** plant.yaml, with the source in a comment. */
  readonly yaml: string;
}

/** Learns a plant of one model from a file. Throws an error with a sentence where the file does not read. */
export async function learnPlant({ file, model, machines, method, leaveOut = [] }: LearnOrder): Promise<Learned> {
  const columns = await headerOf(file);
  const sensors = [...new Set(columns.filter((name) => !leaveOut.includes(name)).map(slugOf))].filter(
    (id) => id !== '',
  );
  const bare = plantOf(
    model,
    machines.slice(0, 1),
    sensors.map((id) => ({ id })),
  );
  const table = new ReadingTable();
  const options = { index: new PlantIndex(bare), machine: machines[0], tell: () => undefined };
  const { rows, problem } = await readReadings({ name: file, chunks: createReadStream(file) }, table, options);
  if (problem !== undefined) throw new Error(problem);
  const series = seriesOf(table);
  const learned = sensors.flatMap((id) => {
    const values = series.get(id);
    return values ? [{ id, tolerance: limitsOf(values, method) }] : [];
  });
  const plant = plantOf(model, machines, learned);
  return {
    plant,
    yaml: `# Tolerances: ${wordsOf(method)} of the ${rows} rows of ${basename(file)}.\n${toYaml(plant)}`,
  };
}

function plantOf(model: string, machines: readonly string[], sensors: Plant['models'][number]['sensors']): Plant {
  return {
    version: 1,
    customers: [{ id: 'recorded', name: 'Aufgezeichnete Daten', tier: 'standard' }],
    models: [{ id: model, name: model.toUpperCase(), components: [], sensors }],
    machines: machines.map((id) => ({ id, model, customer: 'recorded' })),
  };
}

function seriesOf(table: ReadingTable): Map<string, number[]> {
  const series = new Map<string, number[]>();
  for (const { readings } of table.snapshots()) {
    for (const { sensor, value } of readings) {
      const values = series.get(sensor);
      if (!Number.isFinite(value)) continue;
      if (values) values.push(value);
      else series.set(sensor, [value]);
    }
  }
  return series;
}

/** Names of the columns but the first, which is the time. */
async function headerOf(file: string): Promise<string[]> {
  const handle = await open(file);
  try {
    for await (const line of handle.readLines()) {
      const names = line.replace(/^\uFEFF/, '').split(line.includes(';') ? ';' : ',');
      return names.slice(1).map((name) => name.trim());
    }
    throw new Error(`${file}: the file is empty`);
  } finally {
    await handle.close();
  }
}

function wordsOf(method: Method): string {
  return 'sigma' in method
    ? `mean ± ${method.sigma} standard deviations`
    : `quantiles ${method.quantile} and ${1 - method.quantile}`;
}
