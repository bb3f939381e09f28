/** Events and states from a CSV file: `time,machine,code[,text]`; the code `state` sets the machine's state to the text. */
import type { PlantIndex } from '../model/plant.ts';
import type { MachineEvent, StateReport } from '../telemetry/types.ts';
import type { FileRead } from './readings.ts';
import { type CsvFile, quoteCell, RowReport, type Tell } from './report.ts';
import { type Row, readRows } from './rows.ts';
import { TimeReader } from './values.ts';

export type CsvEvent = ({ readonly kind: 'event' } & MachineEvent) | ({ readonly kind: 'state' } & StateReport);

interface Layout {
  readonly time: number;
  readonly machine: number;
  readonly code: number;
  readonly text: number;
}

/** Reads a file of events, sorted by time, stably. Bad rows are told with their line and left out. */
export async function readEvents(
  file: CsvFile,
  index: PlantIndex,
  tell: Tell,
): Promise<FileRead & { readonly events: readonly CsvEvent[] }> {
  const report = new RowReport(file.name, tell);
  const times = new TimeReader();
  const events: CsvEvent[] = [];
  let layout: Layout | undefined;
  for await (const rows of readRows(file.chunks)) {
    for (const row of rows) {
      if (layout) {
        report.rows++;
        const event = eventOf(row, layout, times, index);
        if (typeof event === 'string') report.bad(row.line, event);
        else events.push(event);
        continue;
      }
      layout = layoutOf(row);
      if (!layout)
        return {
          rows: 0,
          badRows: 0,
          events,
          problem: `${file.name}:${row.line}: the header must be time,machine,code,text (text may be left out)`,
        };
    }
  }
  report.end();
  events.sort((a, b) => a.ts - b.ts);
  const { rows, badRows } = report;
  if (!layout)
    return {
      rows,
      badRows,
      events,
      problem: `${file.name}: the file is empty; it needs the header time,machine,code,text`,
    };
  return { rows, badRows, events };
}

function layoutOf({ cells }: Row): Layout | undefined {
  const names = (cells ?? []).map((cell) => cell.trim().toLowerCase());
  const [time, machine, code, text] = ['time', 'machine', 'code', 'text'].map((name) => names.indexOf(name));
  if (time === undefined || machine === undefined || code === undefined || text === undefined) return undefined;
  return time < 0 || machine < 0 || code < 0 ? undefined : { time, machine, code, text };
}

function eventOf({ cells }: Row, layout: Layout, times: TimeReader, index: PlantIndex): CsvEvent | string {
  if (!cells) return 'a quote is not closed; the row is left out';
  const cell = (at: number) => cells[at]?.trim() ?? '';
  const ts = times.read(cell(layout.time));
  if (ts === undefined)
    return `${quoteCell(cell(layout.time))} is no time (ISO 8601, YYYY-MM-DD HH:MM:SS or epoch ms); the row is left out`;
  const machine = cell(layout.machine);
  if (!index.machine(machine)) return `the plant has no machine ${quoteCell(machine)}; the row is left out`;
  const [code, text] = [cell(layout.code), cell(layout.text)];
  if (code === '') return 'there is no code; the row is left out';
  if (code !== 'state') return { kind: 'event', machine, ts, code, ...(text === '' ? {} : { text }) };
  if (text === '') return 'a state needs its name in the column text; the row is left out';
  return { kind: 'state', machine, ts, state: text };
}
