/** The command `backtest` against the slow second reading of rules.md: from files to the lines it prints. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backtestCommand } from '#rules/backtest-cli.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { type Fed, GRID_MS, world, type World } from './arbitrary.ts';
import { evaluateNaively } from './evaluate.ts';
import { rulebookToYaml, toYaml } from '#shared/files/write.ts';
import { filesOf, type Form, readingOf } from './files.ts';
import { holds } from './holds.ts';

let dir: string;
beforeAll(async () => (dir = await tempDir('files')));
afterAll(() => removeDir(dir));

const form: fc.Arbitrary<Form> = fc.record({
  separator: fc.constantFrom(',', ';'),
  times: fc.constantFrom('iso', 'offset', 'space', 'epoch'),
  wide: fc.boolean(),
  backwards: fc.boolean(),
  rubbish: fc.boolean(),
});

/** A wide file is of one machine, and a row of it names a sensor once. */
function fitting(made: World, { wide }: Form): World {
  if (!wide) return made;
  const inputs = made.inputs.flatMap((input): Fed[] => {
    if (input.machine !== 'm1') return [];
    if (input.kind !== 'snapshot') return [input];
    return [
      {
        ...input,
        readings: input.readings.filter(({ sensor }, i, all) => all.findIndex((one) => one.sensor === sensor) === i),
      },
    ];
  });
  return { ...made, inputs };
}

/** What a file must say where the engine alone does without: tolerances. Rules that ask for more are left out. */
function readable({ plant, rulebook, ...rest }: World): World {
  const whole = {
    ...plant,
    models: plant.models.map((model) => ({
      ...model,
      sensors: model.sensors.map((sensor) => ({ tolerance: { low: 0.15, high: 9.5 }, ...sensor })),
    })),
  };
  const known = readPlant(toYaml(whole), 'plant.yaml').plant;
  fc.pre(known !== undefined);
  const rules = rulebook.rules.filter((rule) => {
    const text = rulebookToYaml({ version: 1, rules: [rule] });
    return readRulebook(text, 'rules.yaml', known, { strict: true }).problems.length === 0;
  });
  return {
    ...rest,
    plant: whole,
    rulebook: { version: 1, rules: rules.map((rule) => ({ ...rule, endangers: 'drive' })) },
  };
}

async function command(made: World, how: Form, until: number | undefined): Promise<readonly string[]> {
  const at = (name: string): string => path.join(dir, name);
  for (const [name, text] of Object.entries(filesOf(made, how))) writeFileSync(at(name), text);
  const files = ['--plant', at('plant.yaml'), '--rules', at('rules.yaml'), '--events', at('events.csv')];
  const end = until === undefined ? [] : ['--until', new Date(until).toISOString()];
  const lines: string[] = [];
  const told: string[] = [];
  const args = [...files, ...(how.wide ? ['--machine', 'm1'] : []), ...end, at('readings.csv')];
  const status = await backtestCommand(args, { out: (line) => lines.push(line), err: (line) => told.push(line) });
  expect({ status, told: status === 0 ? [] : told }).toEqual({ status: 0, told: [] });
  return lines.map((line) => JSON.stringify({ ...(JSON.parse(line) as object), reason: undefined }));
}

/** Byte for byte what the command must print, without reasons. */
function expected(made: World, how: Form, until: number | undefined): readonly string[] {
  const inputs = readingOf(made, how);
  const last = inputs.findLast(({ kind }) => kind === 'snapshot');
  const end = until ?? last?.ts;
  if (end === undefined) return [];
  const events = until === undefined && last ? inputs.slice(0, inputs.lastIndexOf(last) + 1) : inputs;
  const told = evaluateNaively(made.plant, made.rulebook, events, {
    gridMs: GRID_MS,
    until: end,
    baselines: () => undefined,
  });
  const place = new Map(made.rulebook.rules.map(({ id }, i) => [id, i]));
  return [...told]
    .sort(
      (a, b) => a.t - b.t || (place.get(a.rule) ?? 0) - (place.get(b.rule) ?? 0) || a.machine.localeCompare(b.machine),
    )
    .map(({ t, machine, rule, transition }) => {
      const component = made.rulebook.rules.find(({ id }) => id === rule)?.endangers ?? null;
      return JSON.stringify({
        t: new Date(t).toISOString(),
        machine,
        rule,
        transition,
        severity: 'warning',
        component,
      });
    });
}

test('files of any allowed form give what the page says, in its order', async () => {
  await holds(
    'files',
    fc.asyncProperty(world(), form, fc.boolean(), async (random, how, goesOn) => {
      const made = readable(fitting(random, how));
      const until = goesOn ? made.until : undefined;
      expect(await command(made, how, until)).toEqual(expected(made, how, until));
    }),
  );
});
