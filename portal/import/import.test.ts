import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { latestConfiguration } from '#shared/database/queries/configuration.ts';
import { readSettings } from '#shared/process/settings.ts';
import { type HouseProcess, startHouse } from '#test/house/processes.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { importCommand } from './command.ts';

const fixtures = join('shared', 'files', 'fixtures');
let dir: string;
let dataDir: string;
const file = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await tempDir('import-files');
  dataDir = await tempDir('import-data');
  // The good rules are about the plant of the rules' fixtures.
  await copyFile(join(fixtures, 'rules.plant.yaml'), file('plant.yaml'));
  await copyFile(join(fixtures, 'rules.yaml'), file('rules.yaml'));
});
afterAll(async () => {
  await removeDir(dir);
  await removeDir(dataDir);
});

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const status = await importCommand(args, {
    settings: { ...readSettings({}), databaseUrl: undefined, dataDir },
    clock: () => Date.parse('2026-03-01T10:00:00Z'),
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

async function configuration() {
  const database = openDatabase({ dataDir });
  await database.start();
  try {
    return await latestConfiguration(database.kysely);
  } finally {
    await database.stop();
  }
}

describe('into a house that is stopped', () => {
  test('a dry run shows the diff and changes nothing', { timeout: 60_000 }, async () => {
    const { status, out } = await run('--dry-run', file('plant.yaml'), file('rules.yaml'));
    expect(status).toBe(0);
    expect(out).toContain('plant.yaml: 6 created, 0 updated, 0 removed, 0 unchanged (dry run: nothing was changed)');
    expect(out).toContain('+ rule hot');
    expect(await configuration()).toBeUndefined();
  });

  test('both files are imported at once, in any order, and again without effect', { timeout: 60_000 }, async () => {
    const first = await run(file('rules.yaml'), file('plant.yaml'));
    expect(first.status).toBe(0);
    expect(first.err).toContain('warning: ');
    expect(await configuration()).toMatchObject({ version: 1, plant: { version: 1 }, rulebook: { version: 1 } });
    const again = await run(file('plant.yaml'), file('rules.yaml'));
    expect(again.out).toContain('plant.yaml: 0 created, 0 updated, 0 removed, 6 unchanged');
    expect((await configuration())?.version).toBe(1);
  });

  test('a change is told field by field', { timeout: 60_000 }, async () => {
    await writeFile(file('warmer.yaml'), (await readFile(file('plant.yaml'), 'utf8')).replace('high: 80', 'high: 85'));
    const { out } = await run(file('warmer.yaml'));
    expect(out).toContain('  ~ model mk1\n      sensors.temp.tolerance.high: 80 → 85');
    expect((await configuration())?.plantVersion).toBe(2);
  });

  test('rules that the plant leaves dormant are told', { timeout: 60_000 }, async () => {
    const smaller = (await readFile(file('plant.yaml'), 'utf8')).replace(/ {2}- \{ id: m3.*\n/, '');
    await writeFile(file('smaller.yaml'), smaller);
    const { status, err } = await run('--dry-run', file('smaller.yaml'));
    expect(status).toBe(0);
    expect(err).toContain('Rule tank-silent will watch nothing: the plant has no machine "m3"');
  });
});

describe('what cannot be imported is told at once, and nothing is changed', () => {
  test('problems of both files, with places', async () => {
    await writeFile(
      file('bad-plant.yaml'),
      (await readFile(file('plant.yaml'), 'utf8')).replace('high: 80', 'high: 30'),
    );
    await writeFile(
      file('bad-rules.yaml'),
      (await readFile(file('rules.yaml'), 'utf8')).replace('severity: danger', 'severity: critical'),
    );
    const { status, out, err } = await run(file('bad-plant.yaml'), file('bad-rules.yaml'));
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(
      /bad-plant\.yaml:\d+:\d+ models\[0\]\.sensors\[0\]\.tolerance\.low: low 40 is not below high 30/,
    );
    expect(err).toMatch(/bad-rules\.yaml:\d+:\d+ rules\[0\]\.severity: "critical" is none of/);
    expect(err).toContain('Nothing was imported.');
  });

  test('a machine called as the house itself at the broker', async () => {
    const named = (await readFile(file('plant.yaml'), 'utf8')).replace('{ id: m3,', '{ id: house,');
    await writeFile(file('named.yaml'), named);
    const { status, err } = await run(file('named.yaml'));
    expect(status).toBe(2);
    expect(err).toMatch(/named\.yaml:\d+:\d+ machines\[2\]\.id: "house" is a user by which Leitwarte itself logs in/);
  });

  test('rules that name what the plant of the house lacks', { timeout: 60_000 }, async () => {
    await writeFile(
      file('strange.yaml'),
      'version: 1\nrules:\n  - { id: a, when: { sensor: tempp, above: 3 }, severity: notice }\n',
    );
    const { status, err } = await run(file('strange.yaml'));
    expect(status).toBe(2);
    expect(err).toContain('strange.yaml:3:30 rules[0].when.sensor: no model of the plant has a sensor "tempp"');
  });

  test.each([
    [[], 'usage: npm run -s import'],
    [['--wet-run', 'a.yaml'], "Unknown option '--wet-run'"],
    [['/nowhere/a.yaml'], '/nowhere/a.yaml: there is no such file'],
    [['/tmp'], '/tmp: is a folder'],
  ])('%j', async (args, message) => {
    const { status, err } = await run(...args);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  test('two files of one kind, and a file of neither', async () => {
    expect((await run(file('plant.yaml'), file('warmer.yaml'))).err).toContain('both hold a plant');
    await writeFile(file('neither.yaml'), 'hello: world\n');
    expect((await run(file('neither.yaml'))).err).toContain('machines: is missing');
  });
});

describe('into a house that runs', () => {
  let house: HouseProcess;
  beforeAll(async () => {
    house = await startHouse('house', {}, dataDir);
  }, 120_000);
  afterAll(() => house.stop());

  test('the files go through its API, with the same diff, dry run and refusals', { timeout: 60_000 }, async () => {
    const dry = await run('--dry-run', file('plant.yaml'), file('rules.yaml'));
    expect(dry.err).not.toContain('Nothing');
    expect(dry.out).toContain('      sensors.temp.tolerance.high: 85 → 80');
    expect(dry.out).toContain(
      'rules.yaml: 0 created, 0 updated, 0 removed, 12 unchanged (dry run: nothing was changed)',
    );
    const real = await run(file('plant.yaml'), file('rules.yaml'));
    expect(real.status).toBe(0);
    expect(real.out).toContain('~ model mk1');
    const refused = await run(file('strange.yaml'));
    expect(refused.status).toBe(2);
    expect(refused.err).toContain('strange.yaml:3:30 rules[0].when.sensor: no model of the plant has a sensor "tempp"');
  });
});
