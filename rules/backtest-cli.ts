/** The command `backtest`: arguments, files, output. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type CsvEvent, readEvents } from '#shared/csv/events.ts';
import { type FileRead, readReadings } from '#shared/csv/readings.ts';
import { ReadingTable } from '#shared/csv/table.ts';
import { TimeReader } from '#shared/csv/values.ts';
import { formatProblem } from '#shared/files/problem.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { EMPTY_PLANT, type Plant, PlantIndex } from '#shared/model/plant.ts';
import { EMPTY_RULEBOOK, type Rulebook } from '#shared/model/rule.ts';
import { backtest, type BacktestSummary } from './backtest.ts';
import { compile } from './engine/compile.ts';
import type { Input, Transition } from './engine/types.ts';

export interface Output {
  /** Whole lines, without their end. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const USAGE =
  'npm run -s backtest -- --plant plant.yaml --rules rules.yaml [--machine ID] [--events events.csv] [--until TIME] readings.csv…';

/** Runs the command; the exit status is 0, or 2 where arguments or a file cannot be read, with every problem told. */
export async function backtestCommand(args: readonly string[], { out, err }: Output): Promise<0 | 2> {
  const order = readOrder(args);
  if (typeof order === 'string') {
    err(`backtest: ${order}`);
    err(`usage: ${USAGE}`);
    return 2;
  }
  const problems: string[] = [];
  const { plant, rulebook } = await readConfiguration(order, problems, err);
  const index = new PlantIndex(plant ?? EMPTY_PLANT);
  if (plant && order.machine !== undefined && !index.machine(order.machine))
    problems.push(`--machine: the plant has no machine "${order.machine}"`);
  if (problems.length > 0) {
    for (const file of [...order.readings, ...order.events]) await checkReadable(file, problems);
    return refuse(problems, err);
  }
  const { table, events, read } = await readData(order, index, problems, err);
  if (problems.length > 0) return refuse(problems, err);
  const program = compile(plant ?? EMPTY_PLANT, rulebook ?? EMPTY_RULEBOOK);
  const summary = await backtest(program, inputsOf(table, events), {
    until: order.until,
    onTransition: (transition) => out(JSON.stringify(present(transition))),
  });
  for (const line of summarize(summary, read)) err(line);
  return 0;
}

interface Order {
  readonly plant: string;
  readonly rules: string;
  readonly machine: string | undefined;
  readonly events: readonly string[];
  readonly until: number | undefined;
  readonly readings: readonly string[];
}

/** The arguments, or what is wrong with them. */
function readOrder(args: readonly string[]): Order | string {
  const text = { type: 'string' } as const;
  const options = {
    plant: text,
    rules: text,
    machine: text,
    events: { ...text, multiple: true },
    until: text,
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const { plant, rules, machine, events = [], until } = values;
    if (plant === undefined) return '--plant plant.yaml is missing';
    if (rules === undefined) return '--rules rules.yaml is missing';
    if (positionals.length === 0) return 'name at least one file of readings';
    const ms = until === undefined ? undefined : new TimeReader().read(until);
    if (until !== undefined && ms === undefined)
      return `--until: "${until}" is no time (ISO 8601, YYYY-MM-DD HH:MM:SS or epoch ms)`;
    return { plant, rules, machine, events, until: ms, readings: positionals };
  } catch (error) {
    return (error as Error).message;
  }
}

async function readConfiguration(
  order: Order,
  problems: string[],
  err: (line: string) => void,
): Promise<{ plant?: Plant | undefined; rulebook?: Rulebook | undefined }> {
  const plantText = await readText(order.plant, problems);
  const rulesText = await readText(order.rules, problems);
  const plant = plantText === undefined ? undefined : readPlant(plantText, order.plant);
  problems.push(...(plant?.problems ?? []).map(formatProblem));
  for (const warning of plant?.warnings ?? []) err(`warning: ${formatProblem(warning)}`);
  if (rulesText === undefined || (plant && !plant.plant)) {
    // what rules name cannot be checked against a plant that does not read, their own form can
    const rulebook =
      rulesText === undefined ? undefined : readRulebook(rulesText, order.rules, EMPTY_PLANT, { strict: false });
    problems.push(...(rulebook?.problems ?? []).map(formatProblem));
    return {};
  }
  const rulebook = readRulebook(rulesText, order.rules, plant?.plant ?? EMPTY_PLANT, { strict: plant !== undefined });
  problems.push(...rulebook.problems.map(formatProblem));
  for (const warning of plant ? rulebook.warnings : []) err(`warning: ${formatProblem(warning)}`);
  return { plant: plant?.plant, rulebook: rulebook.rulebook };
}

interface Data {
  readonly table: ReadingTable;
  readonly events: readonly CsvEvent[];
  readonly read: readonly FileRead[];
}

async function readData(
  order: Order,
  index: PlantIndex,
  problems: string[],
  tell: (line: string) => void,
): Promise<Data> {
  const table = new ReadingTable();
  const events: CsvEvent[] = [];
  const read: FileRead[] = [];
  const attempt = async (name: string, one: () => Promise<FileRead>) => {
    try {
      const file = await one();
      read.push(file);
      if (file.problem !== undefined) problems.push(file.problem);
    } catch (error) {
      problems.push(unreadable(name, error));
    }
  };
  for (const name of order.readings) {
    const file = { name, chunks: createReadStream(name, { highWaterMark: 1 << 20 }) };
    await attempt(name, () => readReadings(file, table, { index, machine: order.machine, tell }));
  }
  for (const name of order.events) {
    await attempt(name, async () => {
      const file = await readEvents({ name, chunks: createReadStream(name) }, index, tell);
      events.push(...file.events);
      return file;
    });
  }
  return { table, events: events.sort((a, b) => a.ts - b.ts), read };
}

/** Events and readings in order of time, events first. */
function* inputsOf(table: ReadingTable, events: readonly CsvEvent[]): Generator<Input> {
  let next = 0;
  for (const { machine, ts, readings } of table.snapshots()) {
    for (let event = events[next]; event && event.ts <= ts; event = events[++next]) yield { ...event, at: event.ts };
    yield { kind: 'snapshot', machine, ts, at: ts, readings };
  }
  for (const event of events.slice(next)) yield { ...event, at: event.ts };
}

function present({ t, machine, rule, transition, severity, component, reason }: Transition) {
  return { t: new Date(t).toISOString(), machine, rule, transition, severity, component, reason };
}

function summarize(summary: BacktestSummary, read: readonly FileRead[]): readonly string[] {
  const { from, to, readings, events, laterEvents, unjudged, raised, cleared, cases, pilotCases } = summary;
  const sum = (of: (file: FileRead) => number) => read.reduce((total, file) => total + of(file), 0);
  const span =
    from === null || to === null ? 'no readings' : `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  const late = unjudged.late ?? 0;
  const [notFinite, outOfRange] = [unjudged['not-finite'] ?? 0, unjudged['out-of-range'] ?? 0];
  const later =
    laterEvents > 0 ? [`${laterEvents} events after the last reading are left out; say --until to go on`] : [];
  return [
    ...later,
    `${span}; ${sum((file) => file.rows)} rows, ${sum((file) => file.badRows)} bad rows`,
    `${readings} readings, ${events} events; ${late} late, ${notFinite + outOfRange} bad (${outOfRange} out of range, ${notFinite} not finite)`,
    `${raised} raised, ${cleared} cleared; would have opened ${cases} cases${pilotCases > 0 ? `, with the pilot rules ${cases + pilotCases}` : ''}`,
    ...summary.rules.map(({ rule, mode, raised: up, cleared: down, machines, covered }) => {
      const standing = up - down > 0 ? `, ${up - down} still standing` : '';
      return `  ${rule}${mode === 'pilot' ? ' (pilot)' : ''}: ${up} raised${standing}; readings of its sensors on ${covered} of ${machines} machines`;
    }),
  ];
}

async function readText(name: string, problems: string[]): Promise<string | undefined> {
  try {
    return await readFile(name, 'utf8');
  } catch (error) {
    problems.push(unreadable(name, error));
    return undefined;
  }
}

async function checkReadable(name: string, problems: string[]): Promise<void> {
  const stream = createReadStream(name, { end: 0 });
  try {
    for await (const _ of stream) break;
  } catch (error) {
    problems.push(unreadable(name, error));
  }
}

function unreadable(name: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return `${name}: there is no such file`;
  if (code === 'EISDIR') return `${name}: is a folder, not a file`;
  if (code === 'EACCES') return `${name}: may not be read; check its permissions`;
  return `${name}: cannot be read (${(error as Error).message})`;
}

function refuse(problems: readonly string[], err: (line: string) => void): 2 {
  for (const problem of problems) err(problem);
  return 2;
}
