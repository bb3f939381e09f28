import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { costOf } from '#test/servers/tools.ts';
import type { Plant } from '../model/plant.ts';
import type { Rulebook } from '../model/rule.ts';
import { diffPlant, diffRulebook } from './diff.ts';
import { kindOfFile } from './kind.ts';
import { formatProblem } from './problem.ts';
import { readPlant } from './read-plant.ts';
import { readRule, readRulebook } from './read-rulebook.ts';
import { danglingRules } from './references.ts';
import { rulebookToYaml, toYaml } from './write.ts';

const folder = join('shared', 'files', 'fixtures');
const fixture = (name: string) => readFileSync(join(folder, name), 'utf8');

function plantOf(text: string): Plant {
  const { plant, problems } = readPlant(text, 'plant.yaml');
  if (!plant) throw new Error(problems.map(formatProblem).join('\n'));
  return plant;
}

function rulesOf(text: string, plant: Plant): Rulebook {
  const { rulebook, problems } = readRulebook(text, 'rules.yaml', plant, { strict: true });
  if (!rulebook) throw new Error(problems.map(formatProblem).join('\n'));
  return rulebook;
}

const rulesPlant = plantOf(fixture('rules.plant.yaml'));

describe('each bad file is told with every problem, its place and the mend', () => {
  const bad = readdirSync(folder).filter((name) => name.endsWith('.bad.yaml'));
  test.each(bad)('%s', (name) => {
    const text = fixture(name);
    const read = name.startsWith('plant-')
      ? readPlant(text, name)
      : readRulebook(text, name, rulesPlant, { strict: true });
    const told = read.problems.map((problem) => `${formatProblem(problem).slice(name.length + 1)}\n`).join('');
    expect(told).toBe(fixture(name.replace('.yaml', '.txt')));
    expect(read).not.toHaveProperty(name.startsWith('plant-') ? 'plant' : 'rulebook');
  });
});

describe('a good plant', () => {
  const text = fixture('plant.yaml');
  const plant = plantOf(text);

  test('keeps what the file says, ids of digits included', () => {
    expect(plant.machines.map((m) => m.id)).toEqual(['0017', 'sp200-2']);
    expect(plant.models[0]?.sensors.map((s) => s.id)).toContain('25554');
    expect(plant.machines[0]).toEqual({
      id: '0017',
      model: 'sp-200',
      customer: 'muster-ag',
      site: 'Werk Bielefeld',
      reference: true,
      sensors: [{ id: 'bearing-temp', tolerance: { high: 85 } }],
    });
  });

  test('merges keys of <<, and aliases stand for what they name', () => {
    const [cold, hot] = ['inlet-temp', 'outlet-temp'].map((id) => plant.models[0]?.sensors.find((s) => s.id === id));
    expect(hot).toEqual({ ...cold, id: 'outlet-temp', tolerance: { low: 20, high: 60 } });
  });

  test('is the same from JSON, indented with tabs, with a byte order mark and lines of Windows', () => {
    const json = `\uFEFF${JSON.stringify(plant, null, '\t').replaceAll('\n', '\r\n')}`;
    expect(plantOf(json)).toEqual(plant);
  });

  test('is the same after an export', () => {
    const written = toYaml(plant);
    expect(plantOf(written)).toEqual(plant);
    expect(written).toContain('{ id: bearing-temp, tolerance: { high: 85 } }');
  });

  test('with a limit beyond the range reads, with a warning', () => {
    const { plant: read, warnings } = readPlant(text.replace('high: 250', 'high: 70'), 'plant.yaml');
    expect(read).toBeDefined();
    expect(warnings.map((w) => w.message)).toEqual(
      Array(2).fill(expect.stringContaining('a limit lies outside range')),
    );
  });
});

describe('what cannot be read as a whole', () => {
  test('a file of 11 MB', () => {
    expect(readPlant(`# ${'x'.repeat(11 * 1024 * 1024)}`, 'p').problems[0]?.message).toContain('larger than 10 MB');
  });

  test('Latin-1 umlauts, with their line', () => {
    const text = Buffer.from('version: 1\ncustomers: [{ id: a, name: Müller }]', 'latin1').toString('utf8');
    expect(readPlant(text, 'p').problems).toEqual([
      expect.objectContaining({ line: 2, column: 29, message: expect.stringContaining('save it as UTF-8') }),
    ]);
  });

  test('brackets without end', () => {
    expect(readPlant('['.repeat(100_000), 'p').problems[0]?.message).toContain('nested too deeply');
  });

  test('aliases that multiply', () => {
    const levels = Array.from({ length: 14 }, (_, i) => {
      const of = i === 0 ? '{ sensor: temp, above: 3 }' : `{ all: [${`*a${i - 1}, `.repeat(10)}] }`;
      return `  - { id: r${i}, severity: notice, when: &a${i} ${of} }`;
    });
    const { problems } = readRulebook(`version: 1\nrules:\n${levels.join('\n')}\n`, 'r', rulesPlant, { strict: true });
    expect(problems.some((p) => p.message.includes('condition 1001 of this rule'))).toBe(true);
  });

  test('a rules file full of mistakes stops telling after a thousand', () => {
    const rules = Array.from({ length: 3000 }, (_, i) => `  - { id: r${i} }`).join('\n');
    const { problems } = readRulebook(`version: 1\nrules:\n${rules}\n`, 'r', rulesPlant, { strict: true });
    expect(problems).toHaveLength(1001);
  });
});

test('ten thousand machines read in a moment', async () => {
  const machines = Array.from(
    { length: 10_000 },
    (_, i) => `  - { id: m${i}, model: mk1, customer: acme, site: Werk ${i} }`,
  );
  const text = `${fixture('rules.plant.yaml').split('machines:')[0]}machines:\n${machines.join('\n')}\n`;
  // About two seconds; the bound leaves room for a slower machine.
  expect(await costOf(() => expect(plantOf(text).machines).toHaveLength(10_000))).toBeLessThan(6000);
});

describe('a good rulebook', () => {
  const text = fixture('rules.yaml');
  const rulebook = rulesOf(text, rulesPlant);

  test('keeps what the file says; off is a word', () => {
    expect(rulebook.rules.find((r) => r.id === 'never')?.mode).toBe('off');
    expect(rulebook.rules.find((r) => r.id === 'mean-hot')?.when).toEqual({
      sensor: 'temp',
      mean: '10m',
      outside: '12.5%',
      deadband: 2,
    });
  });

  test('is the same after an export, and reads as words in YAML 1.1 too', () => {
    const written = rulebookToYaml(rulebook);
    expect(rulesOf(written, rulesPlant)).toEqual(rulebook);
    expect(written).toContain("mode: 'off'");
  });

  test('warns of machines whose sensor has no tolerance, and of rules that watch nothing yet', () => {
    const { warnings } = readRulebook(text, 'r', rulesPlant, { strict: true });
    expect(warnings.map((w) => `${w.path}: ${w.message}`)).toEqual([
      expect.stringMatching(
        /^rules\[\d+\]\.when\.sensor: the sensor "speed" has no tolerance on 1 of the model's machines/,
      ),
    ]);
  });

  test('is dormant where the plant has lost what it names', () => {
    const lost: Plant = {
      ...rulesPlant,
      models: rulesPlant.models.filter((m) => m.id !== 'mk2'),
      machines: rulesPlant.machines.filter((m) => m.model !== 'mk2'),
    };
    expect(danglingRules(rulebook, lost)).toEqual([
      { rule: 'tank-low', why: expect.stringContaining('no model "mk2"') },
      { rule: 'tank-silent', why: expect.stringContaining('no machine "m3"') },
    ]);
    const { rulebook: kept, warnings } = readRulebook(text, 'r', lost, { strict: false });
    expect(kept).toEqual(rulebook);
    expect(warnings.length).toBeGreaterThan(2);
  });

  test('one rule alone, as the API has it, tells its problems from its own root', () => {
    expect(readRule({ id: 'hot', when: { sensor: 'temp', above: 80 }, severity: 'danger' }, rulesPlant).rule?.id).toBe(
      'hot',
    );
    const { rule, problems } = readRule({ id: 'hot', when: { sensor: 'tmp', above: '80' } }, rulesPlant);
    expect(rule).toBeUndefined();
    expect(problems.map((p) => p.path).toSorted()).toEqual(['severity', 'when.above', 'when.sensor']);
    expect(
      readRule(null, rulesPlant)
        .problems.map((p) => p.path)
        .toSorted(),
    ).toEqual(['id', 'severity', 'when']);
  });
});

test('a file is known by what stands in it', () => {
  expect(kindOfFile(fixture('rules.yaml'))).toBe('rules');
  expect(kindOfFile(fixture('plant.yaml'))).toBe('plant');
  expect(kindOfFile('hello: world')).toBeUndefined();
  expect(kindOfFile('- : [')).toBeUndefined();
});

describe('the diff of an import', () => {
  const plant = plantOf(fixture('plant.yaml'));

  test('says nothing about the same again', () => {
    const again = diffPlant(plant, plantOf(fixture('plant.yaml')));
    expect(again).toMatchObject({ created: 0, updated: 0, removed: 0, unchanged: 5, changes: [] });
  });

  test('counts everything as created at first', () => {
    expect(diffPlant(undefined, plant)).toMatchObject({ created: 5, updated: 0, unchanged: 0, removed: 0 });
  });

  test('names what differs by id and field', () => {
    const text = fixture('plant.yaml')
      .replace('tolerance: { high: 85 }', 'tolerance: { low: 35, high: 90 }')
      .replace('tier: premium', 'tier: standard')
      .replace('{ id: sp200-2, model', '{ id: sp200-3, model');
    const { changes, ...counts } = diffPlant(plant, plantOf(text));
    expect(counts).toMatchObject({ created: 1, updated: 2, unchanged: 2, removed: 1 });
    expect(changes).toEqual([
      {
        kind: 'customer',
        id: 'muster-ag',
        change: 'updated',
        fields: [{ path: 'tier', before: 'premium', after: 'standard' }],
      },
      {
        kind: 'machine',
        id: '0017',
        change: 'updated',
        fields: [
          { path: 'sensors.bearing-temp.tolerance.high', before: 85, after: 90 },
          { path: 'sensors.bearing-temp.tolerance.low', before: undefined, after: 35 },
        ],
      },
      { kind: 'machine', id: 'sp200-3', change: 'created', fields: [] },
      { kind: 'machine', id: 'sp200-2', change: 'removed', fields: [] },
    ]);
  });

  test('of rules goes into the condition', () => {
    const before = rulesOf(fixture('rules.yaml'), rulesPlant);
    const after = rulesOf(fixture('rules.yaml').replace('above: 90', 'above: 95'), rulesPlant);
    expect(diffRulebook(before, after).changes).toEqual([
      { kind: 'rule', id: 'both', change: 'updated', fields: [{ path: 'when.all[0].above', before: 90, after: 95 }] },
    ]);
  });
});
