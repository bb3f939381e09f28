import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backtestCommand } from './backtest-cli.ts';

const PLANT = `
version: 1
customers: [{ id: acme, name: Acme, tier: premium }]
models:
- id: mk1
  name: Mark 1
  components: [{ id: bearing, name: Bearing }]
  sensors: [{ id: temp, component: bearing, unit: °C, range: { low: 0, high: 200 }, tolerance: { low: 40, high: 80 } }]
machines: [{ id: m1, model: mk1, customer: acme }]
`;
const RULES = `
version: 1
rules:
- { id: hot, when: { sensor: temp, above: 80 }, severity: danger, for: 1m }
- { id: error, when: { event: E1 }, severity: notice, mode: pilot }
`;

const FILES = {
  'plant.yaml': PLANT,
  'rules.yaml': RULES,
  'long.csv': 'time,machine,sensor,value\n2026-01-01T00:00:00Z,m1,temp,81\n',
  'wide.csv': 'time;temp\n2026-01-01 00:00:00;81\n2026-01-01 00:02:00;300\n2026-01-01 00:03:00;oops\n',
  'events.csv': 'time,machine,code\n2026-01-01T00:00:30Z,m1,E1\n',
  'bad-plant.yaml': 'version: 1\ncustomers: []\nmodels: 3\nmachines: 4\n',
};

const FOLDER = mkdtempSync(join(tmpdir(), 'backtest-'));
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(FOLDER, name), text);

async function run(line: string) {
  const out: Record<string, unknown>[] = [];
  const err: string[] = [];
  const args = line.split(' ').map((word) => (/\.(yaml|csv)$/.test(word) ? join(FOLDER, word) : word));
  const status = await backtestCommand(args, {
    out: (text) => out.push(JSON.parse(text) as Record<string, unknown>),
    err: (text) => err.push(text),
  });
  return { status, out, err: err.join('\n') };
}

describe('backtest', () => {
  it('ends its clock at the last reading, so a delay that still runs raises nothing', async () => {
    const { status, out } = await run('--plant plant.yaml --rules rules.yaml long.csv');
    expect([status, out]).toEqual([0, []]);
  });

  it('goes on until it is told to stop', async () => {
    const { out } = await run('--plant plant.yaml --rules rules.yaml --until 2026-01-01T00:01:00Z long.csv');
    expect(out).toMatchObject([{ t: '2026-01-01T00:01:00.000Z', rule: 'hot', transition: 'raised' }]);
  });

  it('reads a wide file, counts bad values and bad rows, and says how many cases it would have opened', async () => {
    const { status, out, err } = await run(
      '--plant plant.yaml --rules rules.yaml --machine m1 --events events.csv wide.csv',
    );
    expect(status).toBe(0);
    expect(out.map(({ rule, transition }) => [rule, transition].join(' '))).toEqual([
      'error raised',
      'hot raised',
      'error cleared',
    ]);
    expect(err).toMatch(/wide\.csv:4: "oops" in column temp: no number/);
    expect(err).toMatch(/4 rows, 1 bad rows/);
    expect(err).toMatch(/1 bad \(1 out of range/);
    expect(err).toMatch(/would have opened 1 cases, with the pilot rules 2/);
  });

  it('tells every problem at once and ends with 2', async () => {
    const { status, out, err } = await run('--plant bad-plant.yaml --rules missing.yaml gone.csv');
    expect([status, out]).toEqual([2, []]);
    expect(err).toMatch(/bad-plant\.yaml:3:/);
    expect(err).toMatch(/bad-plant\.yaml:4:/);
    expect(err).toMatch(/missing\.yaml: there is no such file/);
    expect(err).toMatch(/gone\.csv: there is no such file/);
  });

  it.each([
    ['--rules rules.yaml long.csv', /--plant plant\.yaml is missing/],
    ['--plant plant.yaml --rules rules.yaml', /at least one file/],
    ['--plant plant.yaml --rules rules.yaml --until soon long.csv', /no time/],
    ['--plant plant.yaml --rules rules.yaml --fast long.csv', /--fast/],
    ['--plant plant.yaml --rules rules.yaml --machine m9 long.csv', /no machine "m9"/],
    ['--plant plant.yaml --rules rules.yaml wide.csv', /--machine/],
  ])('refuses "%s"', async (line, why) => {
    const { status, err } = await run(line);
    expect(status).toBe(2);
    expect(err).toMatch(why);
  });
});
