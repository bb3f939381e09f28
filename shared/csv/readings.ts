/** Readings from CSV files: long (`time,machine,sensor,value`) or wide (`time,<sensor id>,…`). */
import type { EquippedMachine, PlantIndex } from '../model/plant.ts';
import { didYouMean } from '../model/suggest.ts';
import { type CsvFile, quoteCell, RowReport, type Tell } from './report.ts';
import { type Row, readRows } from './rows.ts';
import { slugOf } from './slug.ts';
import type { ReadingTable } from './table.ts';
import { readNumber, TimeReader } from './values.ts';

export interface ReadingsOptions {
  readonly index: PlantIndex;
  /** The machine wide files are of. */
  readonly machine?: string | undefined;
  /** Is told of every bad row and unknown column. */
  readonly tell: Tell;
}

export interface FileRead {
  readonly rows: number;
  readonly badRows: number;
  /** Why the file as a whole does not read; nothing of it is to be used then. */
  readonly problem?: string;
}

/** Takes one row into the table, or says why not. */
type TakeRow = (cells: readonly string[], ts: number) => string | undefined;

/** Reads one file into `table`. Bad rows are told with their line and left out. */
export async function readReadings(file: CsvFile, table: ReadingTable, options: ReadingsOptions): Promise<FileRead> {
  const report = new RowReport(file.name, options.tell);
  const times = new TimeReader();
  let layout: { time: number; width: number; take: TakeRow } | undefined;
  for await (const rows of readRows(file.chunks)) {
    for (const row of rows) {
      if (layout) {
        report.rows++;
        const why = takeRow(row, layout, times);
        if (why !== undefined) report.bad(row.line, why);
        continue;
      }
      const found = layoutOf(row, table, options, report);
      if (typeof found === 'string') return { rows: 0, badRows: 0, problem: `${file.name}:${row.line}: ${found}` };
      layout = found;
    }
  }
  report.end();
  const { rows, badRows } = report;
  if (!layout)
    return {
      rows,
      badRows,
      problem: `${file.name}: the file is empty; it needs a header such as time,machine,sensor,value`,
    };
  return { rows, badRows };
}

function takeRow(
  { cells }: Row,
  layout: { time: number; width: number; take: TakeRow },
  times: TimeReader,
): string | undefined {
  if (!cells) return 'a quote is not closed; the row is left out';
  if (cells.length < layout.width)
    return `the row has ${cells.length} cells, the header ${layout.width}; it is left out`;
  if (cells.length > layout.width && cells.slice(layout.width).some((cell) => cell.trim() !== ''))
    return `the row has ${cells.length} cells, the header ${layout.width}; it is left out (does a number have a decimal comma?)`;
  const cell = cells[layout.time] as string;
  const ts = times.read(cell);
  if (ts === undefined)
    return `${quoteCell(cell)} is no time (ISO 8601, YYYY-MM-DD HH:MM:SS or epoch ms); the row is left out`;
  return layout.take(cells, ts);
}

const TIME_NAMES = ['time', 'datetime', 'timestamp', 'ts'];

function layoutOf({ cells }: Row, table: ReadingTable, options: ReadingsOptions, report: RowReport) {
  if (!cells) return 'the header has a quote that is not closed';
  const header = cells.map((cell) => cell.trim());
  while (header.length > 1 && header.at(-1) === '') header.pop();
  const names = header.map((name) => name.toLowerCase());
  const time = names.findIndex((name) => TIME_NAMES.includes(name));
  if (time < 0)
    return `there is no column "time"; the header must be time,machine,sensor,value or time,<sensor id>,… (found ${quoteCell(header.join(','))})`;
  const [machine, sensor, value] = [names.indexOf('machine'), names.indexOf('sensor'), names.indexOf('value')];
  if (machine >= 0 && sensor >= 0 && value >= 0)
    return { time, width: header.length, take: takeLong(table, options.index, machine, sensor, value) };
  const of = options.machine === undefined ? undefined : options.index.machine(options.machine);
  if (options.machine === undefined)
    return 'the file is wide (one column a sensor): say with --machine which machine it is of';
  if (!of) return `the plant has no machine "${options.machine}"`;
  const columns = columnsOf(header, time, of, report);
  if (columns.length === 0)
    return `none of its columns is a sensor of ${of.machine.id}; it has ${[...of.sensors.keys()].join(', ')}`;
  return { time, width: header.length, take: takeWide(table, of.machine.id, columns) };
}

function takeLong(
  table: ReadingTable,
  index: PlantIndex,
  machineAt: number,
  sensorAt: number,
  valueAt: number,
): TakeRow {
  return (cells, ts) => {
    const [id, sensorId, cell] = [cells[machineAt] as string, cells[sensorAt] as string, cells[valueAt] as string];
    const machine = index.machine(id) ?? index.machine(id.trim());
    if (!machine) return `the plant has no machine ${quoteCell(id)}; the row is left out`;
    const sensor = machine.sensors.get(sensorId) ?? machine.sensors.get(sensorId.trim());
    if (!sensor) return `${machine.machine.id} has no sensor ${quoteCell(sensorId)}; the row is left out`;
    if (sensor.formula !== undefined)
      return `${sensor.id} is derived and has no readings of its own; the row is left out`;
    if (cell.trim() === '') return undefined;
    const value = readNumber(cell);
    if (value === undefined) return `${quoteCell(cell)} is no number; the row is left out`;
    table.add(machine.machine.id, sensor.id, ts, value);
    return undefined;
  };
}

interface Column {
  readonly at: number;
  readonly sensor: string;
}

function takeWide(table: ReadingTable, machine: string, columns: readonly Column[]): TakeRow {
  return (cells, ts) => {
    const readings: { sensor: string; value: number }[] = [];
    const wrong: string[] = [];
    for (const { at, sensor } of columns) {
      const cell = cells[at] as string;
      if (cell.trim() === '') continue;
      const value = readNumber(cell);
      if (value === undefined) wrong.push(`${quoteCell(cell)} in column ${sensor}`);
      else readings.push({ sensor, value });
    }
    if (readings.length > 0) table.addRow(machine, ts, readings);
    return wrong.length > 0 ? `${wrong.join(', ')}: no number; left out` : undefined;
  };
}

/** Columns that are sensors of the machine; the others are told once. `Volume Flow RMS` finds the sensor `volume-flow-rms`. */
function columnsOf(
  header: readonly string[],
  time: number,
  { machine, sensors }: EquippedMachine,
  report: RowReport,
): readonly Column[] {
  const columns: Column[] = [];
  for (const [at, name] of header.entries()) {
    if (at === time || name === '') continue;
    const slug = slugOf(name);
    const sensor = sensors.get(name) ?? sensors.get(slug);
    if (!sensor)
      report.note(
        `${machine.id} has no sensor ${quoteCell(name)}; the column is left out.${didYouMean(slug, sensors.keys())}`,
      );
    else if (sensor.formula !== undefined)
      report.note(`${sensor.id} is derived and is computed; the column is left out`);
    else if (columns.some((column) => column.sensor === sensor.id))
      report.note(`there is a second column ${quoteCell(name)}; it is left out`);
    else columns.push({ at, sensor: sensor.id });
  }
  return columns;
}
