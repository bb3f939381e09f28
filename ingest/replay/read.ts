/** The readings of all files, in order of time. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { readReadings } from '#shared/csv/readings.ts';
import type { Tell } from '#shared/csv/report.ts';
import { ReadingTable } from '#shared/csv/table.ts';
import { formatProblem } from '#shared/files/problem.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { PlantIndex } from '#shared/model/plant.ts';

export interface Recording {
  readonly table: ReadingTable;
  readonly rows: number;
  readonly badRows: number;
}

/** Reads plant and files; what keeps it from going on comes back as problems, one line each. Bad rows are told. */
export async function readRecording(
  {
    plant: plantFile,
    machine,
    readings,
  }: { readonly plant: string; readonly machine: string | undefined; readonly readings: readonly string[] },
  tell: Tell,
): Promise<Recording | { readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const text = await readFile(plantFile, 'utf8').catch(
    (error: unknown) => void problems.push(unreadable(plantFile, error)),
  );
  const read = text === undefined ? undefined : readPlant(text, plantFile);
  problems.push(...(read?.problems ?? []).map(formatProblem));
  if (!read?.plant) return { problems };
  const index = new PlantIndex(read.plant);
  if (machine !== undefined && !index.machine(machine))
    problems.push(`--machine: the plant has no machine "${machine}"`);
  if (problems.length > 0) return { problems };
  const table = new ReadingTable();
  let [rows, badRows] = [0, 0];
  for (const name of readings) {
    try {
      const file = await readReadings({ name, chunks: createReadStream(name, { highWaterMark: 1 << 20 }) }, table, {
        index,
        machine,
        tell,
      });
      if (file.problem !== undefined) problems.push(file.problem);
      rows += file.rows;
      badRows += file.badRows;
    } catch (error) {
      problems.push(unreadable(name, error));
    }
  }
  return problems.length > 0 ? { problems } : { table, rows, badRows };
}

function unreadable(name: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `${name}: there is no such file`;
  if (code === 'EISDIR') return `${name}: is a folder, not a file`;
  return `${name}: cannot be read (${message})`;
}
