/**
 * AI4I 2020 (UCI 601, S. Matzka): 10,000 rows of milling machines of three types, with failures labelled by published rules
 * on several sensors. Here each type is one machine that reports its rows at their minute; the rows during which our rules
 * stand raised must be exactly the labelled ones.
 */
import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRows } from '#shared/csv/rows.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { backtest } from './backtest.ts';
import { compile } from './engine/compile.ts';
import type { Input, Transition } from './engine/types.ts';

const FILE = resolve(process.env['LEITWARTE_SHARED'] ?? '../shared', 'data/ai4i2020/ai4i2020.csv');
const MINUTE = 60_000;
const START = Date.UTC(2020, 0, 1);

/** Greatest strain (tool wear · torque, min·Nm) of each type. */
const STRAIN = { L: 11_000, M: 12_000, H: 13_000 };

const PLANT = `
version: 1
customers: [{ id: uci, name: UCI, tier: standard }]
models:
${Object.entries(STRAIN)
  .map(
    ([type, strain]) => `
- id: ${type.toLowerCase()}
  name: Type ${type}
  components: [{ id: cooling, name: Cooling }, { id: drive, name: Drive }, { id: tool, name: Tool }]
  sensors:
  - { id: air, component: cooling, unit: K }
  - { id: process, component: cooling, unit: K }
  - { id: speed, component: drive, unit: 1/min }
  - { id: torque, component: drive, unit: Nm }
  - { id: wear, component: tool, unit: min }
  - { id: difference, component: cooling, unit: K, formula: p - a, inputs: { p: process, a: air } }
  - id: power
    component: drive
    unit: W
    formula: t * n * 2 * 3.141592653589793 / 60
    inputs: { t: torque, n: speed }
    tolerance: { low: 3500, high: 9000 }
  - { id: strain, component: tool, formula: w * t, inputs: { w: wear, t: torque }, tolerance: { high: ${strain} } }`,
  )
  .join('')}
machines: [${Object.keys(STRAIN)
  .map((type) => `{ id: ${type.toLowerCase()}, model: ${type.toLowerCase()}, customer: uci }`)
  .join(', ')}]
`;

const RULES = `
version: 1
rules:
- { id: hdf, when: { all: [{ sensor: difference, below: 8.6 }, { sensor: speed, below: 1380 }] }, severity: danger }
- { id: pwf, when: { sensor: power, outside: 0%, deadband: 0 }, severity: danger }
- { id: osf, when: { sensor: strain, outside: 0%, deadband: 0 }, severity: warning }
`;

interface Labelled {
  readonly input: Extract<Input, { kind: 'snapshot' }>;
  readonly labels: ReadonlySet<string>;
}

async function readRowsOf(file: string): Promise<readonly Labelled[]> {
  const rows: Labelled[] = [];
  const columns = new Map<string, number>();
  for await (const batch of readRows(createReadStream(file))) {
    for (const { cells = [] } of batch) {
      if (columns.size === 0) for (const [i, name] of cells.entries()) columns.set(name.trim(), i);
      else rows.push(labelled((name) => cells[columns.get(name) ?? -1] ?? '', START + rows.length * MINUTE));
    }
  }
  return rows;
}

function labelled(cell: (name: string) => string, ts: number): Labelled {
  const readings = [
    ['air', 'Air_temperature'],
    ['process', 'Process_temperature'],
    ['speed', 'Rotational_speed'],
    ['torque', 'Torque'],
    ['wear', 'Tool_wear'],
  ] as const;
  return {
    input: {
      kind: 'snapshot',
      machine: cell('Type').toLowerCase(),
      ts,
      at: ts,
      readings: readings.map(([sensor, name]) => ({ sensor, value: Number(cell(name)) })),
    },
    labels: new Set(['hdf', 'pwf', 'osf'].filter((label) => cell(label.toUpperCase()) === '1')),
  };
}

/** Times of the rows of `machine` during which its alarm of `rule` stands. */
function standing(rows: readonly Labelled[], transitions: readonly Transition[], rule: string): readonly number[] {
  return rows
    .filter(({ input }) => {
      const last = transitions.findLast(
        ({ t, machine, rule: of }) => of === rule && machine === input.machine && t <= input.ts,
      );
      return last?.transition === 'raised';
    })
    .map(({ input }) => input.ts);
}

if (!existsSync(FILE)) process.stderr.write(`AI4I 2020 is not at ${FILE}: its test is left out\n`);

describe.skipIf(!existsSync(FILE))('AI4I 2020', () => {
  let rows: readonly Labelled[] = [];
  const transitions: Transition[] = [];

  beforeAll(async () => {
    rows = await readRowsOf(FILE);
    const { plant, problems } = readPlant(PLANT, 'plant.yaml');
    if (!plant) throw new Error(JSON.stringify(problems));
    const { rulebook, problems: others } = readRulebook(RULES, 'rules.yaml', plant, { strict: true });
    if (!rulebook) throw new Error(JSON.stringify(others));
    const inputs = rows.map(({ input }) => input);
    await backtest(compile(plant, rulebook), inputs, { onTransition: (transition) => transitions.push(transition) });
  });

  it('has 10,000 rows', () => expect(rows).toHaveLength(10_000));

  it.each([
    ['hdf', 115],
    ['pwf', 95],
    ['osf', 98],
  ])('%s stands exactly during its %d labelled rows', (rule, count) => {
    const expected = rows.filter(({ labels }) => labels.has(rule)).map(({ input }) => input.ts);
    expect(expected).toHaveLength(count);
    expect(standing(rows, transitions, rule)).toEqual(expected);
  });
});
